namespace SimpleGrad;

/// <summary>
/// The cheapest set of edges whose removal leaves no way from the source to the sink of a network, by E. A. Dinic's
/// algorithm for the maximum flow.
/// </summary>
internal sealed class MinimumCut(int vertices)
{
    private readonly List<(int To, double Capacity)> _edges = []; // each followed by its reverse
    private readonly List<int>[] _from = [.. Enumerable.Range(0, vertices).Select(_ => new List<int>())];
    private readonly int[] _level = new int[vertices];
    private readonly int[] _next = new int[vertices];

    public void Connect(int from, int to, double capacity)
    {
        _from[from].Add(_edges.Count);
        _edges.Add((to, capacity));
        _from[to].Add(_edges.Count);
        _edges.Add((from, 0));
    }

    /// <summary>Which vertices can be reached from the source when the cheapest cut is made.</summary>
    public bool[] Run(int source, int sink)
    {
        while (FindLevels(source, sink))
        {
            Array.Clear(_next);
            while (Augment(source, sink))
            {
            }
        }
        return Array.ConvertAll(_level, level => level >= 0);
    }

    /// <summary>
    /// Finds the distance of each vertex from the source over edges with room left; -1 where there is no way.
    /// </summary>
    /// <returns>Whether there is a way to the sink.</returns>
    private bool FindLevels(int source, int sink)
    {
        _level.AsSpan().Fill(-1);
        _level[source] = 0;
        var pending = new Queue<int>([source]);
        while (pending.TryDequeue(out int vertex))
        {
            foreach (int edge in _from[vertex])
            {
                (int to, double capacity) = _edges[edge];
                if (capacity <= 0 || _level[to] >= 0)
                    continue;
                _level[to] = _level[vertex] + 1;
                pending.Enqueue(to);
            }
        }
        return _level[sink] >= 0;
    }

    /// <summary>Sends flow along one way on which the distance grows step by step.</summary>
    private bool Augment(int source, int sink)
    {
        var path = new Stack<int>();
        int vertex = source;
        while (vertex != sink)
        {
            if (_next[vertex] < _from[vertex].Count)
            {
                int edge = _from[vertex][_next[vertex]];
                (int to, double capacity) = _edges[edge];
                if (capacity > 0 && _level[to] == _level[vertex] + 1)
                {
                    path.Push(edge);
                    vertex = to;
                    continue;
                }
                _next[vertex]++;
            }
            else if (path.TryPop(out int back))
            {
                vertex = _edges[back ^ 1].To;
                _next[vertex]++;
            }
            else
            {
                return false;
            }
        }
        double room = path.Min(edge => _edges[edge].Capacity);
        if (double.IsPositiveInfinity(room))
            throw new InvalidOperationException("The network has a way without a bound, so there is no cut.");
        foreach (int edge in path)
        {
            _edges[edge] = (_edges[edge].To, _edges[edge].Capacity - room);
            _edges[edge ^ 1] = (_edges[edge ^ 1].To, _edges[edge ^ 1].Capacity + room);
        }
        return true;
    }
}
