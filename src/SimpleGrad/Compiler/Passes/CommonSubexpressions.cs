using System.Numerics;

namespace SimpleGrad;

/// <summary>Computes once what is computed in the same way from the same values.</summary>
internal static class CommonSubexpressions
{
    public static Graph<T> Run<T>(Graph<T> graph) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var known = new Dictionary<Key, int>();
        return GraphBuilder<T>.Rewrite(graph, (builder, node) =>
        {
            // Numbers are told apart by their bits: 0 and -0 are two, and NaN is one.
            Key key = node switch
            {
                { Operator: { } op } => new Key(
                    op.Identity, op.IsCommutative ? Sorted(node.Inputs) : node.Inputs, node.Shape, node.Output),
                _ when node.IsUniform(out T number) => new Key(Node<T>.BitsOf(number), [], node.Shape),
                _ => new Key(node.Constant!, [], node.Shape),
            };
            if (!known.TryGetValue(key, out int same))
                known.Add(key, same = builder.Add(node));
            return same;
        });
    }

    private static int[] Sorted(int[] inputs)
    {
        int[] sorted = [.. inputs];
        Array.Sort(sorted);
        return sorted;
    }

    private sealed class Key(object what, int[] inputs, Shape shape, int output = 0)
    {
        private readonly object _what = what;
        private readonly int[] _inputs = inputs;
        private readonly Shape _shape = shape;
        private readonly int _output = output;

        public override bool Equals(object? obj) => obj is Key other && _what.Equals(other._what)
            && _shape == other._shape && _output == other._output && _inputs.AsSpan().SequenceEqual(other._inputs);

        public override int GetHashCode()
        {
            int hash = HashCode.Combine(_what, _output);
            foreach (int input in _inputs)
                hash = HashCode.Combine(hash, input);
            return hash;
        }
    }
}
