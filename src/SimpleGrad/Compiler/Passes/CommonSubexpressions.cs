using System.Numerics;

namespace SimpleGrad;

/// <summary>Computes once what is computed in the same way from the same values.</summary>
internal sealed class CommonSubexpressions : IPass
{
    public static string Name => "common subexpressions";

    public static Graph<T> Run<T>(Graph<T> graph) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var known = new Dictionary<Key, int>();
        return GraphBuilder<T>.Rewrite(graph, (builder, node) =>
        {
            // Numbers are told apart by their bits: 0 and -0 are two, and NaN is one.
            Key key = node switch
            {
                { Operator: { } op } => new Key(
                    op.Identity, op.IsCommutative ? [.. node.Inputs.Order()] : node.Inputs, node.Shape),
                _ when node.IsUniform(out T number) => new Key(Node<T>.BitsOf(number), [], node.Shape),
                _ => new Key(node.Constant!, [], node.Shape),
            };
            if (!known.TryGetValue(key, out int place))
                known.Add(key, place = builder.Add(node));
            return place;
        });
    }

    private readonly record struct Key(object What, int[] Inputs, Shape Shape)
    {
        public bool Equals(Key other) =>
            What.Equals(other.What) && Shape == other.Shape && Inputs.AsSpan().SequenceEqual(other.Inputs);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(What);
            foreach (int input in Inputs)
                hash.Add(input);
            return hash.ToHashCode();
        }
    }
}
