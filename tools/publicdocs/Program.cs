using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

// Takes out of the documentation file of an assembly what its users cannot see.
// publicdocs ASSEMBLY.dll DOCUMENTATION.xml REFERENCES.txt
if (args is not [string assembly, string documentation, string references])
{
    Console.Error.WriteLine("publicdocs ASSEMBLY.dll DOCUMENTATION.xml REFERENCES.txt");
    return 2;
}
MetadataReference subject = MetadataReference.CreateFromFile(assembly);
CSharpCompilation compilation = CSharpCompilation.Create(
    "reader",
    references: [.. File.ReadLines(references).Select(path => MetadataReference.CreateFromFile(path)), subject]);
var visible = new HashSet<string>();
AddMembers(((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(subject)!).GlobalNamespace);

XDocument file = XDocument.Load(documentation, LoadOptions.PreserveWhitespace);
XElement[] members = [.. file.Root!.Element("members")!.Elements("member")];
XElement[] hidden = [.. members.Where(member => !visible.Contains(member.Attribute("name")!.Value))];
if (hidden.Length == members.Length)
{
    Console.Error.WriteLine($"{documentation} documents nothing of {assembly}.");
    return 1;
}
foreach (XElement member in hidden)
{
    (member.PreviousNode as XText)?.Remove();
    member.Remove();
}
file.Save(documentation, SaveOptions.DisableFormatting);
Console.WriteLine($"{Path.GetFileName(documentation)}: {members.Length - hidden.Length} members are public");
return 0;

void AddMembers(INamespaceOrTypeSymbol container)
{
    foreach (ISymbol symbol in container.GetMembers())
    {
        if (symbol is not INamespaceSymbol && !IsVisible(symbol))
            continue;
        if (symbol.GetDocumentationCommentId() is { } id)
            visible.Add(id);
        if (symbol is INamespaceOrTypeSymbol inner)
            AddMembers(inner);
    }
}

static bool IsVisible(ISymbol symbol) => symbol.DeclaredAccessibility
    is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;
