namespace SimpleGrad;

/// <summary>
/// Which column of a Cholesky factor each column changes first: J. Liu, The role of elimination trees in sparse
/// factorization, SIAM J. Matrix Anal. Appl. 11 (1990).
/// </summary>
internal static class EliminationTree
{
    private const int None = -1;

    /// <summary>The parent of each column, -1 for those that change no other one.</summary>
    /// <param name="pointers">For each column where its rows begin, and at last where they end.</param>
    /// <param name="rows">The rows above the diagonal.</param>
    public static int[] Of(int[] pointers, int[] rows)
    {
        int count = pointers.Length - 1;
        int[] parents = new int[count], ancestors = new int[count];
        for (int column = 0; column < count; column++)
        {
            (parents[column], ancestors[column]) = (None, None);
            for (int i = pointers[column]; i < pointers[column + 1]; i++)
            {
                for (int at = rows[i]; at != None && at != column;)
                {
                    int next = ancestors[at];
                    ancestors[at] = column; // a shorter way up for the next one
                    if (next == None)
                        parents[at] = column;
                    at = next;
                }
            }
        }
        return parents;
    }

    /// <summary>An order with the same fill in which what belongs together is together: children just before their
    /// parent.</summary>
    public static int[] Postorder(int[] parents)
    {
        int[] firstChild = new int[parents.Length], sibling = new int[parents.Length];
        Array.Fill(firstChild, None);
        for (int node = parents.Length - 1; node >= 0; node--)
        {
            if (parents[node] != None)
                (sibling[node], firstChild[parents[node]]) = (firstChild[parents[node]], node);
        }
        var order = new List<int>(parents.Length);
        var open = new Stack<int>();
        for (int root = 0; root < parents.Length; root++)
        {
            if (parents[root] != None)
                continue;
            open.Push(root);
            while (open.TryPeek(out int node))
            {
                int child = firstChild[node];
                if (child == None)
                {
                    order.Add(open.Pop());
                    continue;
                }
                firstChild[node] = sibling[child];
                open.Push(child);
            }
        }
        return [.. order];
    }
}
