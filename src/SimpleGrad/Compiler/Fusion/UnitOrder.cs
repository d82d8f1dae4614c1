using System.Runtime.InteropServices;

namespace SimpleGrad;

/// <summary>
/// An order in which the units of a graph can be done: nodes, and groups of nodes that are done at once. It changes as
/// units come to need others and as two become one.
/// </summary>
/// <remarks>
/// A unit that comes to need one behind it moves behind that one, and takes along what lies between the two and waits
/// for it. If that were the very unit that it needs, the two would wait for each other, and nothing moves. Only what
/// lies between is looked at, and not more than a certain number of units and needs: what would take longer is refused
/// as well. So the time is in proportion to the graph, however large it is.
/// <code>
/// order     … unit  a  b  c  needed …      b needs unit
/// becomes   … a  c  needed  unit  b …
/// </code>
/// </remarks>
internal sealed class UnitOrder(int units)
{
    private const int MaxLooks = 2000;
    private const int Gap = -1; // left by a unit that became part of another

    private readonly List<int> _order = [];
    private readonly int[] _positions = new int[units];
    private readonly List<int>?[] _needs = new List<int>?[units]; // directly; a unit may stand there several times
    private readonly DisjointSets _wholes = new(units);
    private readonly bool[] _waits = new bool[units]; // for a unit that is to move; all false in between
    private readonly List<int> _waiting = [];

    /// <summary>Adds a unit behind all others.</summary>
    public void Append(int unit)
    {
        _positions[unit] = _order.Count;
        _order.Add(unit);
    }

    /// <summary>
    /// Moves a unit behind others, and makes another one a part of it; false, and nothing is done, if they would have
    /// to wait for each other or it takes too long to find out.
    /// </summary>
    /// <param name="unit">The unit.</param>
    /// <param name="part">What becomes part of it; the unit itself for nothing.</param>
    /// <param name="needs">What the unit is to be behind.</param>
    public bool TryMove(int unit, int part, ReadOnlySpan<int> needs)
    {
        int first = Math.Min(_positions[unit], _positions[part]);
        int last = Math.Max(_positions[unit], _positions[part]);
        foreach (int need in needs)
        {
            int other = _wholes.Find(need);
            if (other == unit || other == part)
                return false;
            last = Math.Max(last, _positions[other]);
        }
        if (first == last)
            return true;
        _waits[unit] = _waits[part] = true;
        bool canMove = MarkWaiting(unit, part, first, last);
        foreach (int need in needs)
            canMove &= !_waits[_wholes.Find(need)];
        if (canMove)
            Move(unit, part, first, last);
        _waits[unit] = _waits[part] = false;
        foreach (int waiting in _waiting)
            _waits[waiting] = false;
        _waiting.Clear();
        return canMove;
    }

    /// <summary>Says that a unit needs others, which are before it.</summary>
    public void Require(int unit, ReadOnlySpan<int> needs)
    {
        List<int> own = _needs[unit] ??= [];
        foreach (int need in needs)
        {
            if (own.Count == 0 || own[^1] != need)
                own.Add(need);
        }
    }

    /// <summary>Marks what waits for one of two units; false if one of them does.</summary>
    private bool MarkWaiting(int unit, int part, int first, int last)
    {
        int looks = 0;
        for (int position = first; position <= last; position++)
        {
            int at = _order[position];
            bool waits = false;
            looks++;
            if (at != Gap && _needs[at] is { } needs)
            {
                looks += needs.Count;
                foreach (int need in CollectionsMarshal.AsSpan(needs))
                    waits |= _waits[_wholes.Find(need)];
            }
            if (looks > MaxLooks || waits && (at == unit || at == part))
                return false;
            if (!waits)
                continue;
            _waits[at] = true;
            _waiting.Add(at);
        }
        return true;
    }

    private void Move(int unit, int part, int first, int last)
    {
        int to = first;
        for (int position = first; position <= last; position++)
        {
            if (_order[position] is var at and not Gap && !_waits[at])
                Put(at, to++);
        }
        Put(unit, to++);
        foreach (int waiting in _waiting)
            Put(waiting, to++);
        while (to <= last)
            _order[to++] = Gap;
        if (part == unit)
            return;
        _wholes.Join(part, unit);
        if (_needs[part] is { } needs)
            (_needs[unit] ??= []).AddRange(needs);
        _needs[part] = null;
    }

    private void Put(int unit, int position)
    {
        _order[position] = unit;
        _positions[unit] = position;
    }
}
