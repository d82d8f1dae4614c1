using System.Numerics;

namespace SimpleGrad;

public static partial class Variable
{
    /// <summary>
    /// softmax(scale Q Kᵀ + mask) V, where the softmax is over the keys (Vaswani and others, "Attention Is All You
    /// Need"). As PyTorch's <c>scaled_dot_product_attention</c>; where a query may attend to no key, the result is NaN.
    /// </summary>
    /// <param name="query">Of shape (…, queries, features); axes in front broadcast.</param>
    /// <param name="key">Of shape (…, keys, features).</param>
    /// <param name="value">Of shape (…, keys, outputs).</param>
    /// <param name="mask">What is added to the scores, of a shape that broadcasts to (…, queries, keys): 0 to attend
    /// and -infinity not to; null for nothing.</param>
    /// <param name="isCausal">Whether query i attends to the keys up to i alone.</param>
    /// <param name="scale">The factor of the products; null for 1 / sqrt(features).</param>
    /// <returns>Of shape (…, queries, outputs).</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or there is a mask and the attention is causal
    /// too.</exception>
    public static Variable<T> ScaledDotProductAttention<T>(
        Variable<T> query, Variable<T> key, Variable<T> value, Variable<T>? mask = null, bool isCausal = false,
        double? scale = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const string operation = "scaled_dot_product_attention";
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        if (query.Rank < 2 || key.Rank < 2 || value.Rank < 2 || query.Shape[^1] != key.Shape[^1]
            || key.Shape[^2] != value.Shape[^2])
            throw new ArgumentException(
                $"{operation}: a query of shape {query.Shape}, a key of {key.Shape} and a value of {value.Shape} do "
                + "not fit: query and key have as many features, key and value as many keys.");
        if (mask is not null && isCausal)
            throw new ArgumentException($"{operation}: causal attention takes no mask of shape {mask.Shape}.");

        ReadOnlySpan<int> keys = key.Shape.Lengths;
        _ = MatMulOperator<T>.ResultOf(operation, query.Shape, Shape.Create([.. keys[..^2], keys[^1], keys[^2]]));
        Variable<T> scores = (query * (scale ?? 1 / Math.Sqrt(query.Shape[^1]))).MatMul(key.Transpose(-2, -1));
        if (mask is not null)
            scores += mask.Shape.ExpandsTo(scores.Shape) ? mask : throw new ArgumentException(
                $"{operation}: a mask of shape {mask.Shape} does not broadcast to the scores of {scores.Shape}.");
        if (isCausal)
            scores += query.Beside(NoLookAhead<T>(query.Shape[^2], key.Shape[^2]));
        return scores.Softmax(-1).MatMul(value);
    }

    private static Tensor<T> NoLookAhead<T>(int queries, int keys) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> mask = Tensor<T>.Uninitialized(Shape.Create(queries, keys));
        for (int i = 0; i < mask.Length; i++)
            mask.NewData[i] = i % keys > i / keys ? T.NegativeInfinity : T.Zero;
        return mask;
    }
}
