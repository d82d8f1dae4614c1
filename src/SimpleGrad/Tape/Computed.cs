namespace SimpleGrad;

/// <summary>
/// What an operator computed: a tensor, or a single number that has no tensor around it yet. On tapes of single numbers
/// the objects, not the arithmetic, are the cost.
/// </summary>
internal readonly struct Computed<T> where T : unmanaged
{
    private Computed(Tensor<T>? tensor, T number)
    {
        Tensor = tensor;
        Number = number;
    }

    /// <summary>The tensor; null where the value is <see cref="Number"/>.</summary>
    public Tensor<T>? Tensor { get; }

    public T Number { get; }

    public Shape Shape => Tensor?.Shape ?? Shape.Scalar;

    public static implicit operator Computed<T>(Tensor<T> tensor) => new(tensor, default);

    public static implicit operator Computed<T>(T number) => new(null, number);
}
