using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad.Cli;

/// <summary>Reads a tensor from the command line: <c>2.5</c>, <c>1,2</c> or <c>[[1,2],[3,4]]</c>.</summary>
internal ref struct ListText<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<T> _values = [];
    private readonly List<int> _lengths = []; // by depth; -1 while the first list of a depth is being read
    private ReadOnlySpan<char> _rest;

    private ListText(ReadOnlySpan<char> text) => _rest = text;

    /// <exception cref="MistakeException">The text is no tensor; the message says why.</exception>
    public static Tensor<T> Parse(string text)
    {
        if (!text.TrimStart().StartsWith('['))
        {
            T[] numbers = [.. text.Split(',').Select(number => Number(number))];
            return numbers is [T single] ? Tensor.Scalar(single) : Tensor.Create<T>(numbers);
        }
        var list = new ListText<T>(text.Trim());
        list.ReadList(0);
        if (!list._rest.IsEmpty)
            throw new MistakeException($"After the last ']' comes '{list._rest}'.");
        return Tensor.Create<T>([.. list._values], Shape.Create([.. list._lengths]));
    }

    private void ReadList(int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_lengths.Count == depth && _values.Count > 0)
            throw Ragged("a list stands where another row has a number");
        if (_lengths.Count == depth)
            _lengths.Add(-1);
        int count = 0;
        do
        {
            _rest = _rest[1..].TrimStart(); // '[' or ','
            if (_rest.StartsWith('['))
                ReadList(depth + 1);
            else if (_lengths.Count > depth + 1)
                throw Ragged("a number stands where another row has a list");
            else
                ReadNumber();
            count++;
        }
        while (_rest.StartsWith(','));
        if (!_rest.StartsWith(']'))
            throw new MistakeException(
                _rest.IsEmpty ? "A ']' is missing." : $"A ',' or ']' is missing before '{_rest}'.");
        _rest = _rest[1..].TrimStart();
        if (_lengths[depth] == -1)
            _lengths[depth] = count;
        else if (_lengths[depth] != count)
            throw Ragged($"one has {_lengths[depth]}, another {count}");
    }

    private void ReadNumber()
    {
        int end = _rest.IndexOfAny("[],");
        if (end < 0)
            end = _rest.Length;
        _values.Add(Number(_rest[..end]));
        _rest = _rest[end..];
    }

    private static T Number(ReadOnlySpan<char> text) =>
        NumberText.TryParse(text, out T number) is { } reason ? throw new MistakeException(reason) : number;

    private static MistakeException Ragged(string detail) =>
        new($"The rows of a tensor have equal lengths; {detail}.");
}
