using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SimpleGrad.OperatorGenerator;

/// <summary>The documentation of a struct, from which that of everything that is generated is made.</summary>
internal sealed class DocText
{
    private static readonly Regex _operator = new(
        "<see cref=\"T:SimpleGrad\\.(?!Variable|Tensor)(\\w+)`1\" ?/>", RegexOptions.CultureInvariant);

    private readonly XElement[] _elements;

    public DocText(string xml)
    {
        _elements = xml.Length == 0 ? [] : [.. XElement.Parse(xml).Elements()];
        if (!_elements.Any(element => element.Name == "summary"))
            throw new MistakeException("there is no summary, from which the documentation is made.");
    }

    /// <summary>The summary, for the operator's class; other operators are named by their classes.</summary>
    public string OfClass() => _operator.Replace(
        Lines(_elements.Where(element => element.Name == "summary"), ""), "<see cref=\"$1Operator{T}\"/>");

    /// <summary>All that is said, for a method; other operators are named by their methods.</summary>
    /// <param name="indent">What comes before each line.</param>
    /// <param name="operands">How many operands there are.</param>
    public string OfMethod(string indent, int operands)
    {
        string how = operands == 1 ? " Elementwise." : " Elementwise, with broadcasting.";
        IEnumerable<XElement> elements = _elements.Select(element =>
            element.Name == "summary" ? new XElement("summary", element.Nodes(), how) : element);
        if (operands > 1)
        {
            elements = elements.Append(new XElement(
                "exception", new XAttribute("cref", "T:System.ArgumentException"), "The shapes do not broadcast."));
        }
        return _operator.Replace(Lines(elements, indent), "<c>$1</c>");
    }

    private static string Lines(IEnumerable<XElement> elements, string indent) => string.Concat(
        from element in elements
        from line in element.ToString(SaveOptions.DisableFormatting).Split('\n')
        where line.Trim().Length > 0
        select $"{indent}/// {line.Trim()}\n");
}
