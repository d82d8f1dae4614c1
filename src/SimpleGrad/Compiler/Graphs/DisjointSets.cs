namespace SimpleGrad;

/// <summary>Sets of numbers, each of which has one of them to stand for it; they can be joined.</summary>
/// <param name="count">How many numbers there are, each at first in a set of its own.</param>
internal sealed class DisjointSets(int count)
{
    private readonly int[] _parents = [.. Enumerable.Range(0, count)];

    /// <summary>The number that stands for the set that a number is in.</summary>
    public int Find(int number)
    {
        while (_parents[number] != number)
            number = _parents[number] = _parents[_parents[number]];
        return number;
    }

    /// <summary>Joins the set of a number to that of another one, which keeps the number that stands for it.</summary>
    public void Join(int part, int whole) => _parents[Find(part)] = Find(whole);
}
