namespace SimpleGrad.Bench.SideBySide;

/// <summary>Numbers that both sides get.</summary>
internal sealed record Input(int[] Shape, double Low, double High)
{
    private bool _wellConditioned;

    public long Length => Shape.Aggregate(1L, (product, length) => product * length);

    /// <summary>Numbers from -2 to 2.</summary>
    public static Input Signed(params int[] shape) => new(shape, -2, 2);

    /// <summary>Numbers from 0.1 to 3.</summary>
    public static Input Positive(params int[] shape) => new(shape, 0.1, 3);

    /// <summary>Numbers about 1, whose products stay in range.</summary>
    public static Input NearOne(params int[] shape) => new(shape, 1 - 1e-3, 1 + 1e-3);

    /// <summary>A symmetric matrix with eigenvalues between 0.5 and 1.5.</summary>
    public static Input WellConditioned(int n) =>
        new([n, n], -0.25 / Math.Sqrt(n), 0.25 / Math.Sqrt(n)) { _wellConditioned = true };

    public T[] Values<T>(int seed)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        T[] values = new T[Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = T.CreateTruncating(Low + (High - Low) * random.NextDouble());
        if (_wellConditioned)
            MakeSymmetric(values, Shape[0]);
        return values;
    }

    private static void MakeSymmetric<T>(T[] matrix, int n)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < n; i++)
        {
            matrix[i * n + i] += T.One;
            for (int j = 0; j < i; j++)
                matrix[i * n + j] = matrix[j * n + i];
        }
    }

    public override string ToString() => Text(Shape);

    /// <summary>A shape in a table: 1k and 1M are 1,024 and 1,048,576.</summary>
    public static string Text(int[] shape) => shape is [] ? "scalar" : string.Join('x', shape.Select(Text));

    private static string Text(int length) => length switch
    {
        >= 1 << 20 when length % (1 << 20) == 0 => $"{length >> 20}M",
        >= 1 << 10 when length % (1 << 10) == 0 => $"{length >> 10}k",
        _ => $"{length}",
    };
}

/// <summary>Places from 0 to <paramref name="Bound"/> that both sides get.</summary>
internal sealed record Places(int[] Shape, int Bound)
{
    public int[] Values()
    {
        var random = new Random(7);
        int[] values = new int[Shape.Aggregate(1, (product, length) => product * length)];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.Next(Bound);
        return values;
    }
}
