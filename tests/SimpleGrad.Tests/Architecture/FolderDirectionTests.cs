using Microsoft.CodeAnalysis.CSharp;

namespace SimpleGrad.Tests.Architecture;

/// <summary>The folders of the library depend downwards only, and the check that says so can fail.</summary>
public sealed class FolderDirectionTests
{
    private const string Tensor = "public class Tensor { public static int Rank => 0; }";

    private const string Operators = """
        public static class Operators
        {
            extension(Tensor tensor)
            {
                public int Twice() => 2;
                public static Tensor operator +(Tensor left, Tensor right) => left;
            }
        }
        """;

    [Fact]
    public void Library_folders_depend_downwards_only()
    {
        var violations = FolderDirection.Violations(LibrarySource.Compilation, LibrarySource.Root);
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    [Fact]
    public void No_type_has_parts_in_two_folders()
    {
        var split = FolderDirection.SplitTypes(LibrarySource.Compilation, LibrarySource.Root);
        Assert.True(split.Count == 0, string.Join('\n', split));
    }

    [Fact]
    public void No_file_name_stands_twice() => Assert.Empty(
        from file in Repository.SourceFiles(LibrarySource.Root)
        group file by Path.GetFileName(file) into files
        where files.Count() > 1
        select files.Key);

    [Fact]
    public void A_type_with_parts_in_two_folders_is_found() =>
        Assert.Equal(
            ["Tape<T> has parts in Mutation and Tape"],
            FolderDirection.SplitTypes(
                Compiled(
                    ("Tape/Tape.cs", "partial class Tape<T>;"), ("Mutation/Tape.cs", "partial class Tape<T>;"),
                    ("Tape/Other.cs", "partial class Other;"), ("Tape/Other.Part.cs", "partial class Other;")),
                Path.GetFullPath("library")));

    [Fact]
    public void A_use_of_a_lower_folder_passes() =>
        Assert.Empty(Check(("Tensors/Tensor.cs", Tensor), ("Tape/Entry.cs", "class Entry { Tensor? t; }")));

    [Fact]
    public void A_type_of_a_higher_folder_is_found()
    {
        var found = Check(
            ("Tensors/Tensor.cs", "public class Tensor\n{\n    private object x = new Entry();\n}"),
            ("Tape/Entry.cs", "public class Entry;"));

        Assert.Equal(
            [
                "Tensors/Tensor.cs:3: Entry is declared in Tape, above Tensors",
                "Tensors/Tensor.cs:3: Entry.Entry() is declared in Tape, above Tensors",
            ],
            found);
    }

    [Fact]
    public void A_partial_type_is_as_low_as_its_lowest_part() =>
        Assert.Empty(Check(
            ("Tensors/Tensor.cs", "public partial class Tensor;"),
            ("Kernels/Loop.cs", "class Loop { Tensor? t; }"),
            ("Compiler/Tensor.cs", "public partial class Tensor;")));

    [Fact]
    public void A_member_is_in_the_part_that_writes_it() =>
        Assert.Equal(
            ["Kernels/Loop.cs:1: Tensor.Graph is declared in Compiler, above Kernels"],
            Check(
                ("Tensors/Tensor.cs", "public partial class Tensor;"),
                ("Kernels/Loop.cs", "class Loop { int n = Tensor.Graph; }"),
                ("Compiler/Tensor.cs", "public partial class Tensor { public const int Graph = 1; }")));

    [Theory]
    [InlineData("object F(Tensor t) => t.Twice();", "Twice()")]
    [InlineData("object F(Tensor t) => Operators.Twice(t);", "Twice(Tensor)")]
    [InlineData("object F(Tensor t) => t + t;", "operator +(Tensor, Tensor)")]
    [InlineData("object F(Tensor t) => t += t;", "operator +(Tensor, Tensor)")]
    public void An_extension_member_is_where_its_block_is(string use, string member)
    {
        var found = Check(
            ("Tensors/Tensor.cs", Tensor),
            ("Tape/Entry.cs", $"class Entry {{ {use} }}"),
            ("Operators/Operators.cs", Operators));

        Assert.Contains(found, line => line.Contains(member) && line.EndsWith("in Operators, above Tape"));
    }

    [Fact]
    public void A_conversion_counts_as_a_use() =>
        Assert.Single(Check(
            ("Tensors/Tensor.cs", "public partial class Tensor;"),
            ("Kernels/Loop.cs", "class Loop { Tensor t = 1; }"),
            ("Tape/Tensor.cs", "partial class Tensor { public static implicit operator Tensor(int x) => new(); }")));

    [Theory]
    [InlineData("Helpers/Tensor.cs")]
    [InlineData("Tensor.cs")]
    public void A_file_outside_the_known_folders_is_found(string path) =>
        Assert.StartsWith($"{path}:1: not in one of the folders", Assert.Single(Check((path, Tensor))));

    private static IReadOnlyCollection<string> Check(params (string Path, string Text)[] files) =>
        FolderDirection.Violations(Compiled(files), Path.GetFullPath("library"));

    private static CSharpCompilation Compiled(params (string Path, string Text)[] files) =>
        LibrarySource.Compile(files.Select(file => (Path.Combine(Path.GetFullPath("library"), file.Path), file.Text)));
}
