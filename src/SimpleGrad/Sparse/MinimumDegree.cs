using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// An order of elimination with little fill: P. Amestoy, T. Davis and I. Duff, An approximate minimum degree ordering
/// algorithm, SIAM J. Matrix Anal. Appl. 17 (1996).
/// </summary>
/// <remarks>
/// The graph of what is left to eliminate is never written out: it is that of variables which are adjacent to each
/// other, and of elements, each a set of variables that are all adjacent to each other. Eliminating a variable makes it
/// an element, which absorbs the elements that it belonged to. Variables with the same neighbours are one variable of
/// larger size. Degrees are upper bounds: neighbours by way of several elements may be counted more than once.
/// </remarks>
internal sealed class MinimumDegree
{
    private const int None = -1;

    private readonly int _count;
    private readonly int[] _starts; // of the list of each variable: its elements, then its variables
    private readonly int[] _lists;
    private readonly int[] _elements; // how many of the list are elements
    private readonly int[] _lengths; // of the list
    private readonly int[] _sizes; // of a variable; negative in the front, 0 when eliminated, absorbed or set apart
    private readonly int[] _degrees;
    private readonly int[]?[] _members; // of an element; null when absorbed
    private readonly int[] _weights; // of an element: the sizes of its members
    private readonly long[] _marks;
    private readonly int[] _absorbedBy;
    private readonly int[] _heads; // of the variables of each degree, linked by the next two
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int[] _hashHeads;
    private readonly int[] _front; // the neighbours of the variable that is being eliminated
    private readonly List<int> _pivots = [];
    private int _left;
    private int _lowest;
    private long _stamp = 1;

    private MinimumDegree(int count, int initialElements, int[] starts, int[] lists)
    {
        (_count, _starts, _lists) = (count, starts, lists);
        (_elements, _lengths, _degrees) = (new int[count], new int[count], new int[count]);
        (_sizes, _absorbedBy) = (new int[count], new int[count]);
        (_next, _previous, _front) = (new int[count], new int[count], new int[count]);
        (_heads, _hashHeads) = (new int[count + 1], new int[count + 1]);
        (_members, _weights) = (new int[count + initialElements][], new int[count + initialElements]);
        _marks = new long[count + initialElements];
        Array.Fill(_sizes, 1);
        Array.Fill(_absorbedBy, None);
        Array.Fill(_heads, None);
        Array.Fill(_hashHeads, None);
    }

    /// <summary>
    /// For a symmetric matrix, of which the lower triangle is read: which row and column comes first, second, ….
    /// </summary>
    public static int[] OfSymmetric<T>(SparseMatrix<T> matrix) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int[] pointers, int[] columns) = BothTriangles(matrix.RowPointers.Span, matrix.ColumnIndices.Span);
        int count = matrix.Rows;
        var order = new MinimumDegree(count, 0, pointers, columns);
        int most = MaxDegree(count);
        for (int i = 0; i < count; i++)
        {
            order._lengths[i] = order._degrees[i] = pointers[i + 1] - pointers[i];
            if (order._lengths[i] > most)
                order._sizes[i] = 0;
        }
        return order.Run();
    }

    /// <summary>
    /// For the product AᵀA, which bounds the fill of the factors of A with any row interchanges: which column comes
    /// first, second, …. Each row of A is an element of the graph, so that the product is not formed.
    /// </summary>
    /// <param name="rowPointers">For each row where its columns begin, and at last where they end.</param>
    /// <param name="rowColumns">The columns.</param>
    /// <param name="columnPointers">For each column where its rows begin, and at last where they end.</param>
    /// <param name="columnRows">The rows.</param>
    public static int[] OfColumns(int[] rowPointers, int[] rowColumns, int[] columnPointers, int[] columnRows)
    {
        int rows = rowPointers.Length - 1, count = columnPointers.Length - 1;
        var order = new MinimumDegree(
            count, rows, columnPointers, Array.ConvertAll(columnRows, row => row + count));
        for (int i = 0; i < count; i++)
        {
            order._lengths[i] = order._elements[i] = columnPointers[i + 1] - columnPointers[i];
            if (order._lengths[i] > MaxDegree(rows))
                order._sizes[i] = 0;
        }
        for (int row = 0; row < rows; row++)
        {
            // A long row joins nearly all columns whatever comes first, so that it tells nothing.
            int[] members = rowColumns[rowPointers[row]..rowPointers[row + 1]];
            if (members.Length > MaxDegree(count))
                continue;
            order._members[count + row] = members;
            order._weights[count + row] = members.Count(column => order._sizes[column] > 0);
            foreach (int column in members)
                order._degrees[column] = Math.Min(order._degrees[column] + members.Length - 1, count - 1);
        }
        return order.Run();
    }

    /// <summary>What is below the diagonal, and the same above it.</summary>
    private static (int[] Pointers, int[] Columns) BothTriangles(ReadOnlySpan<int> given, ReadOnlySpan<int> columns)
    {
        int count = given.Length - 1;
        var pointers = new int[count + 1];
        for (int row = 0; row < count; row++)
        {
            for (int i = given[row]; i < given[row + 1] && columns[i] < row; i++)
            {
                pointers[row + 1]++;
                pointers[columns[i] + 1]++;
            }
        }
        for (int i = 0; i < count; i++)
            pointers[i + 1] = checked(pointers[i + 1] + pointers[i]);
        int[] next = pointers[..count], all = new int[pointers[count]];
        for (int row = 0; row < count; row++)
        {
            for (int i = given[row]; i < given[row + 1] && columns[i] < row; i++)
            {
                all[next[row]++] = columns[i];
                all[next[columns[i]]++] = row;
            }
        }
        return (pointers, all);
    }

    /// <summary>What has more neighbours comes last, where it makes no elements long.</summary>
    private static int MaxDegree(int count) => Math.Max(16, (int)(10 * Math.Sqrt(count)));

    private int[] Run()
    {
        _lowest = _count;
        for (int i = 0; i < _count; i++)
        {
            if (_sizes[i] == 0)
                continue;
            _left++;
            AddToDegree(i);
        }
        while (_left > 0)
        {
            while (_heads[_lowest] == None)
                _lowest++;
            int pivot = _heads[_lowest];
            (int front, int weight) = Eliminate(pivot);
            Measure(front);
            weight = Prune(pivot, front, weight);
            _stamp += _count + 1; // beyond all marks of this step
            Merge(front);
            Close(pivot, front, weight);
        }
        return Order();
    }

    /// <summary>Gathers the neighbours of a variable, which absorbs the elements that it belongs to.</summary>
    private (int Front, int Weight) Eliminate(int pivot)
    {
        RemoveFromDegree(pivot);
        _left -= _sizes[pivot];
        _sizes[pivot] = 0;
        _pivots.Add(pivot);
        int front = 0, weight = 0, first = _starts[pivot], variables = first + _elements[pivot];
        for (int i = first; i < variables; i++)
        {
            foreach (int member in _members[_lists[i]] ?? [])
                Add(member);
            _members[_lists[i]] = null;
        }
        for (int i = variables; i < first + _lengths[pivot]; i++)
            Add(_lists[i]);
        return (front, weight);

        void Add(int variable)
        {
            if (_sizes[variable] <= 0)
                return;
            weight += _sizes[variable];
            _sizes[variable] = -_sizes[variable];
            _front[front++] = variable;
            RemoveFromDegree(variable);
        }
    }

    /// <summary>Marks each element that meets the front with the weight of its members outside, above the
    /// stamp.</summary>
    private void Measure(int front)
    {
        foreach (int variable in _front.AsSpan(0, front))
        {
            foreach (int element in _lists.AsSpan(_starts[variable], _elements[variable]))
            {
                if (_members[element] is null)
                    continue;
                if (_marks[element] < _stamp)
                    _marks[element] = _stamp + _weights[element];
                _marks[element] += _sizes[variable];
            }
        }
    }

    /// <summary>
    /// Leaves out of the front's lists what the new element says, and puts that element first. What has no other
    /// neighbours is eliminated together with the pivot.
    /// </summary>
    /// <returns>The weight of what is left of the front.</returns>
    private int Prune(int pivot, int front, int weight)
    {
        foreach (int variable in _front.AsSpan(0, front))
        {
            int first = _starts[variable], kept = first, degree = 0;
            long hash = 0;
            for (int i = first; i < first + _elements[variable]; i++)
            {
                int element = _lists[i];
                if (_members[element] is null)
                    continue;
                int outside = (int)(_marks[element] - _stamp);
                if (outside == 0)
                {
                    _members[element] = null; // all of it is in the front
                    continue;
                }
                degree += outside;
                hash += element;
                _lists[kept++] = element;
            }
            int elements = kept - first;
            for (int i = first + _elements[variable]; i < first + _lengths[variable]; i++)
            {
                int other = _lists[i];
                if (_sizes[other] <= 0)
                    continue;
                degree += _sizes[other];
                hash += other;
                _lists[kept++] = other;
            }
            if (kept == first)
            {
                weight += _sizes[variable];
                _left += _sizes[variable];
                (_sizes[variable], _absorbedBy[variable]) = (0, pivot);
                continue;
            }
            // There is room: the list has lost the pivot, or an element that the pivot absorbed.
            _lists[kept] = _lists[first + elements];
            _lists[first + elements] = _lists[first];
            _lists[first] = pivot;
            (_elements[variable], _lengths[variable]) = (elements + 1, kept + 1 - first);
            _degrees[variable] = Math.Min(_degrees[variable], degree);
            int bucket = (int)(hash % _count);
            (_next[variable], _hashHeads[bucket]) = (_hashHeads[bucket], variable);
            _previous[variable] = bucket;
        }
        return weight;
    }

    /// <summary>Makes one of the variables in the front that have the same neighbours.</summary>
    private void Merge(int front)
    {
        foreach (int variable in _front.AsSpan(0, front))
        {
            if (_sizes[variable] == 0)
                continue;
            int bucket = _previous[variable], one = _hashHeads[bucket];
            _hashHeads[bucket] = None;
            for (; one != None && _next[one] != None; one = _next[one])
            {
                _stamp++;
                foreach (int neighbour in _lists.AsSpan(_starts[one], _lengths[one]))
                    _marks[neighbour] = _stamp;
                for (int before = one, other = _next[one]; other != None; other = _next[other])
                {
                    if (!HasMarkedNeighbours(other, one))
                    {
                        before = other;
                        continue;
                    }
                    _sizes[one] += _sizes[other];
                    (_sizes[other], _absorbedBy[other]) = (0, one);
                    _next[before] = _next[other];
                }
            }
        }
        _stamp++;
    }

    private bool HasMarkedNeighbours(int variable, int one)
    {
        if (_lengths[variable] != _lengths[one] || _elements[variable] != _elements[one])
            return false;
        foreach (int neighbour in _lists.AsSpan(_starts[variable], _lengths[variable]))
        {
            if (_marks[neighbour] != _stamp)
                return false;
        }
        return true;
    }

    private void Close(int pivot, int front, int weight)
    {
        var members = new List<int>(front);
        foreach (int variable in _front.AsSpan(0, front))
        {
            if (_sizes[variable] == 0)
                continue;
            int size = _sizes[variable] = -_sizes[variable];
            _degrees[variable] = Math.Min(_degrees[variable] + weight - size, _left - size);
            AddToDegree(variable);
            members.Add(variable);
        }
        _members[pivot] = members.Count == 0 ? null : [.. members];
        _weights[pivot] = weight;
    }

    private void AddToDegree(int variable)
    {
        int degree = _degrees[variable], head = _heads[degree];
        (_next[variable], _previous[variable], _heads[degree]) = (head, None, variable);
        if (head != None)
            _previous[head] = variable;
        _lowest = Math.Min(_lowest, degree);
    }

    private void RemoveFromDegree(int variable)
    {
        (int before, int after) = (_previous[variable], _next[variable]);
        if (before == None)
            _heads[_degrees[variable]] = after;
        else
            _next[before] = after;
        if (after != None)
            _previous[after] = before;
    }

    /// <summary>The pivots, each followed by what it absorbed, and at last what was set apart.</summary>
    private int[] Order()
    {
        var absorbed = new List<int>?[_count];
        for (int i = 0; i < _count; i++)
        {
            if (_absorbedBy[i] != None)
                (absorbed[_absorbedBy[i]] ??= []).Add(i);
        }
        var order = new List<int>(_count);
        var isPlaced = new bool[_count];
        var open = new Stack<int>();
        foreach (int pivot in _pivots)
        {
            open.Push(pivot);
            while (open.TryPop(out int variable))
            {
                order.Add(variable);
                isPlaced[variable] = true;
                foreach (int other in absorbed[variable] ?? [])
                    open.Push(other);
            }
        }
        for (int i = 0; i < _count; i++)
        {
            if (!isPlaced[i])
                order.Add(i);
        }
        return [.. order];
    }
}
