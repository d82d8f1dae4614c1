namespace SimpleGrad.Tests.Architecture;

/// <summary>
/// The public API is a reviewed file: whoever changes it shows the change in <c>src/SimpleGrad/PublicApi.txt</c>.
/// </summary>
public sealed class PublicApiTests
{
    private const string Update = "SIMPLEGRAD_UPDATE_PUBLIC_API";

    private static readonly string Committed = Path.Combine(LibrarySource.Root, "PublicApi.txt");

    [Fact]
    public void Public_api_is_the_committed_one()
    {
        var actual = PublicApi.Lines(LibrarySource.Compilation);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(Committed, string.Concat(actual.Select(line => line + "\n")));
        }

        var expected = File.Exists(Committed) ? File.ReadAllLines(Committed) : [];
        Assert.True(
            actual.SequenceEqual(expected),
            $"""
            The public API differs from src/SimpleGrad/PublicApi.txt (- committed, + now):
            {string.Join('\n', Difference(expected, actual))}
            If this is meant, run the tests once with {Update}=1 and commit the file.
            """);
    }

    [Fact]
    public void The_difference_shows_the_lines_of_one_side_only() =>
        Assert.Equal(["- b", "+ c"], Difference(["a", "b"], ["a", "c"]));

    [Fact]
    public void Every_form_of_declaration_is_written()
    {
        var compilation = LibrarySource.Compile([("Sample.cs", """
            namespace Sample;

            public interface IZero<out T> { static abstract T Zero { get; } void Default() { } }
            public delegate T? Step<T>(int size = 3) where T : class;
            public enum Kind : byte { Low, High = 4 }
            public readonly ref struct Window { public ref readonly int First(in int x) => throw null!; }
            public sealed record Pair(int Left, string? Right = null);

            public class Tape<T>(Kind kind = Kind.High) : IDisposable where T : unmanaged, IComparable<T>
            {
                public const double Half = 0.5;
                public int Count { get; private set; }
                public required string Label { get; init; }
                protected internal int Rank { get; private protected set; }
                protected virtual (int Rank, T[]? Data) Read(params ReadOnlySpan<T> from) => default;
                public T this[int index] => default;
                public void Dispose() { }
                public static Tape<T> operator checked -(Tape<T> tape) => tape;
                public static Tape<T> operator -(Tape<T> tape) => tape;
                public static implicit operator Tape<T>(T[]? data) => null!;
                public event Action? Changed { add { } remove { } }
                public override string ToString() => kind.ToString();
                public void Stop(Half half = default) { }
                internal void Hidden() { }
                private protected void HiddenToo() { }
                public abstract class Node;
                private sealed class HiddenNode;
            }

            public static class Operators
            {
                extension<T>(T[] data) where T : class
                {
                    public T? Sum(string? name = null, int axis = -1) => data[0];
                    public static T[] operator +(T[] left, double by) => left;
                }

                extension(string) { public static int Size => 3; internal static int Hidden => 3; }

                public static void Print(this string text) { }
            }

            internal class HiddenType { public int Field; }
            """)]);

        Assert.Equal(
            """
            Sample.IZero<T>: public static abstract T Zero { get; }
            Sample.IZero<T>: public void Default()
            Sample.IZero<out T>: public interface
            Sample.Kind: High = 4
            Sample.Kind: Low = 0
            Sample.Kind: public enum : byte
            Sample.Operators.extension(string): public static int Size { get; }
            Sample.Operators.extension<T>(T[] data) where T : class: public T? Sum(string? name = null, int axis = -1)
            Sample.Operators.extension<T>(T[] data) where T : class: public static T[] operator +(T[] left, double by)
            Sample.Operators: public static class
            Sample.Operators: public static void Print(this string text)
            Sample.Pair: public Pair(int Left, string? Right = null)
            Sample.Pair: public int Left { get; init; }
            Sample.Pair: public sealed record class : System.IEquatable<Sample.Pair>
            Sample.Pair: public string? Right { get; init; }
            Sample.Step<T>: public delegate T? Invoke(int size = 3) where T : class
            Sample.Tape<T>.Node: protected Node()
            Sample.Tape<T>.Node: public abstract class
            Sample.Tape<T>: protected internal int Rank { get; }
            Sample.Tape<T>: protected virtual (int Rank, T[]? Data) Read(params System.ReadOnlySpan<T> from)
            Sample.Tape<T>: public T this[int index] { get; }
            Sample.Tape<T>: public Tape(Sample.Kind kind = High)
            Sample.Tape<T>: public class : System.IDisposable where T : unmanaged, System.IComparable<T>
            Sample.Tape<T>: public const double Half = 0.5
            Sample.Tape<T>: public event System.Action? Changed
            Sample.Tape<T>: public int Count { get; }
            Sample.Tape<T>: public override string ToString()
            Sample.Tape<T>: public required string Label { get; init; }
            Sample.Tape<T>: public static Sample.Tape<T> operator -(Sample.Tape<T> tape)
            Sample.Tape<T>: public static Sample.Tape<T> operator checked -(Sample.Tape<T> tape)
            Sample.Tape<T>: public static implicit operator Sample.Tape<T>(T[]? data)
            Sample.Tape<T>: public void Dispose()
            Sample.Tape<T>: public void Stop(System.Half half = default(System.Half))
            Sample.Window: public readonly ref struct
            Sample.Window: public ref readonly int First(in int x)
            """,
            string.Join('\n', PublicApi.Lines(compilation)));
    }

    private static IEnumerable<string> Difference(IReadOnlyList<string> expected, IReadOnlyList<string> actual) =>
        expected.Except(actual).Select(line => $"- {line}")
            .Concat(actual.Except(expected).Select(line => $"+ {line}"));
}
