using System.Numerics;
using System.Numerics.Tensors;

namespace SimpleGrad;

/// <summary>Runs a part of a program on blocks of lanes, which threads share.</summary>
/// <remarks>
/// <code>
/// x (3, n)   ├── block ──┼── block ──┼ …    three pieces of rows, seen as a tensor (3, block)
/// inside     ├── block ──┤                   memory that the next block has again
/// y (2, n)   ├── block ──┼── block ──┼ …    written to where it is to be
/// sum        +           +                   a share of each block; added in pairs at the end
/// </code>
/// The blocks depend on the shapes alone, so that sums are the same for any number of threads.
/// </remarks>
internal sealed class LanesStep<T> : Step<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LanesOperator<T> _operator;
    private readonly Program<T>[] _programs; // for all blocks but the last, and for the last if it is shorter
    private readonly int[] _results; // by result of the operator, the output that it is; -1 for none
    private readonly int[] _shares; // by result of the operator, where a block's share of it is among all its shares
    private readonly int _sharesLength;
    private readonly int _length;

    /// <param name="op">What runs.</param>
    /// <param name="inputs">The values that it reads.</param>
    /// <param name="outputs">The values that it computes.</param>
    /// <param name="results">Which of the operator's results these are.</param>
    /// <param name="pipeline">What makes the program of a block.</param>
    public LanesStep(LanesOperator<T> op, int[] inputs, int[] outputs, int[] results, CompilePipeline pipeline)
        : base(inputs, outputs)
    {
        _operator = op;
        _length = op.Blocks[0].Length;
        _programs = Array.ConvertAll(
            op.Blocks, block => new Program<T>(block.Schedule, block.Plan, handsOut: false, pipeline));
        _results = [.. Enumerable.Range(0, op.ResultCount).Select(result => Array.IndexOf(results, result))];
        _shares = new int[op.ResultCount];
        for (int i = 0; i < _shares.Length; i++)
        {
            _shares[i] = _sharesLength;
            _sharesLength += op.IsSum(i) ? op.ResultShape(i).FlattenedLength : 0;
        }
    }

    private int BlockCount => (_operator.Lanes + _length - 1) / _length;

    public override void Run(Span<Tensor<T>?> values, BoundIndices? indices)
    {
        var inputs = new Tensor<T>[Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = values[Inputs[i]]!;
        var results = new Tensor<T>?[_results.Length];
        for (int i = 0; i < results.Length; i++)
            results[i] = _results[i] < 0 ? null : values[Outputs[_results[i]]];
        Run(inputs, results, indices);
        for (int i = 0; i < results.Length; i++)
        {
            if (_results[i] < 0)
                results[i]!.Recycle();
            else
                values[Outputs[_results[i]]] = results[i];
        }
    }

    /// <param name="inputs">The inputs.</param>
    /// <param name="results">Gets the results. Tensors that are there give results their memory.</param>
    /// <param name="indices">The indices in the place of those that the program takes; null where it takes
    /// none.</param>
    public void Run(Tensor<T>[] inputs, Span<Tensor<T>?> results, BoundIndices? indices)
    {
        var all = new Tensor<T>?[_shares.Length];
        for (int i = 0; i < all.Length; i++)
        {
            Shape shape = _operator.ResultShape(i);
            Tensor<T>? given = i < results.Length ? results[i] : null;
            if (shape.Rank > 0)
                all[i] = given?.Shape == shape && given.IsContiguous ? given : Tensor<T>.Uninitialized(shape);
        }
        var shares = new T[BlockCount * _sharesLength];
        ParallelLoop.Run(BlockCount, new Piece(this, inputs, all, shares, indices));
        for (int width = 1; width < BlockCount; width *= 2)
        {
            for (int i = 0; i + width < BlockCount; i += 2 * width)
            {
                Span<T> sum = shares.AsSpan(i * _sharesLength, _sharesLength);
                TensorPrimitives.Add(sum, shares.AsSpan((i + width) * _sharesLength, _sharesLength), sum);
            }
        }
        for (int i = 0; i < results.Length; i++)
        {
            if (_operator.IsSum(i) && _operator.ResultShape(i) is var shape && shape.Rank == 0)
                all[i] = new Tensor<T>(shares[_shares[i]]);
            else if (_operator.IsSum(i))
                shares.AsSpan(_shares[i], all[i]!.Length).CopyTo(all[i]!.NewData);
            results[i] = all[i];
        }
    }

    private readonly struct Piece(
        LanesStep<T> step, Tensor<T>[] inputs, Tensor<T>?[] results, T[] shares, BoundIndices? indices) : IParallelBody
    {
        public void Run(int block)
        {
            LanesOperator<T> op = step._operator;
            int start = block * step._length, end = Math.Min(op.Lanes, start + step._length);
            var own = new Tensor<T>[inputs.Length];
            for (int i = 0; i < own.Length; i++)
                own[i] = op.IsInBlocks(i) ? inputs[i].Slice(inputs[i].Rank - 1, start, end) : inputs[i];
            var places = new Tensor<T>?[results.Length];
            var computed = new Tensor<T>?[results.Length];
            for (int i = 0; i < computed.Length; i++)
            {
                if (op.ResultShape(i).Rank == 0)
                    continue; // a number is an object of its own
                places[i] = op.IsSum(i) ? null : results[i]!.Slice(results[i]!.Rank - 1, start, end);
                computed[i] = places[i] is { IsContiguous: true } place
                    ? place : Tensor<T>.Uninitialized(places[i]?.Shape ?? op.ResultShape(i));
            }
            int shorter = end - start < step._length ? 1 : 0;
            step._programs[shorter].RunBound(own, indices, computed);
            for (int i = 0; i < computed.Length; i++)
            {
                if (op.IsSum(i))
                    computed[i]!.CopyTo(shares.AsSpan(block * step._sharesLength + step._shares[i]));
                else if (computed[i] != places[i])
                    StridedCopy.Scatter(computed[i]!, places[i]!);
                if (computed[i] != places[i])
                    computed[i]!.Recycle();
            }
        }
    }
}
