using System.Numerics;
using System.Runtime.CompilerServices;
using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Tensors;

/// <summary>
/// Nothing is written beside the memory that is to be written. Alone, for what other tests do to the pool of memory
/// would be taken for it.
/// </summary>
[Collection(nameof(Alone))]
public sealed class BoundsTests
{
    private const int Piece = ParallelLoop.PieceLength;

    /// <summary>Rows by their length: short ones, whole pieces of work, and such that a piece is left over.</summary>
    public static TheoryData<int, int> Rows => new()
    {
        { 1, 1 }, { 3, 5 }, { 5, 16 }, { 40, 33 }, { 2, 2047 }, { 2, 2049 }, { 1, Piece }, { 1, Piece + 1 },
        { 3, Piece - 1 }, { 2, Piece + 7 }, { 1, 2 * Piece + 3 }, { 700, 130 }, { Piece + 9, 2 },
    };

    [Theory, MemberData(nameof(Rows))]
    public void A_view_is_written_and_nothing_beside_it(int rows, int length)
    {
        Check<double>(rows, length);
        Check<float>(rows, length);

        static void Check<T>(int rows, int length) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            Tensor<T> numbers = Numbers<T>(rows, length);
            foreach ((string what, Func<Tensor<T>, Tensor<T>> view, int[] shape) in Views<T>(rows, length))
            {
                Tensor<T> memory = Tensor.Full(Shape.Create(shape), T.NaN).ToContiguous();
                Tensor<T> place = view(memory);
                StridedCopy.Scatter(numbers, place);
                Assert.True(numbers.ToArray().AsSpan().SequenceEqual(view(memory).ToArray()), what);
                Assert.True(memory.ToArray().Count(T.IsNaN) == memory.Length - numbers.Length, $"{what}: beside it");
            }
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void A_view_is_read_into_its_place_and_nothing_beside_it(int rows, int length)
    {
        Check<double>(rows, length);
        Check<float>(rows, length);

        static void Check<T>(int rows, int length) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            foreach ((string what, Func<Tensor<T>, Tensor<T>> view, int[] shape) in Views<T>(rows, length))
            {
                Tensor<T> from = view(Numbers<T>(shape));
                T[] expected = Slowly(from);
                var memory = new T[expected.Length + 4096];
                memory.AsSpan().Fill(T.NaN);
                StridedCopy.Gather(from, memory.AsSpan(2048, expected.Length));
                Assert.True(expected.AsSpan().SequenceEqual(memory.AsSpan(2048, expected.Length)), what);
                Assert.False(memory.AsSpan(0, 2048).ContainsAnyExcept(T.NaN), $"{what}: before it");
                Assert.False(memory.AsSpan(2048 + expected.Length).ContainsAnyExcept(T.NaN), $"{what}: behind it");
            }
        }
    }

    public static TheoryData<string> Uses => [.. OperatorTable<double>.All.Select(use => use.Name)];

    /// <summary>Blocks are longer than results; what is behind the results stays as it was.</summary>
    [Theory, MemberData(nameof(Uses))]
    public void An_operator_writes_no_further_than_its_result(string name)
    {
        Check<double>();
        Check<float>();

        void Check<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            OperatorUse<T> use = OperatorTable<T>.All.Single(each => each.Name == name);
            foreach (Shape[] shapes in OperatorPropertyTests.ShapesFor(use))
            {
                var tape = new Tape<T>();
                Variable<T>[] x = [.. OperatorPropertyTests.Inputs(use, shapes).Select(input => tape.Variable(input))];
                for (int choice = 0; choice < 2; choice++)
                {
                    Variable<T> result = use.Apply(x, choice);
                    foreach (int length in (int[])[result.Length, .. shapes.Select(shape => shape.FlattenedLength)])
                        Mark<T>(length);
                    result = use.Apply(x, choice);
                    // A view may be a part of a longer value.
                    if (tape.Count > 0 && !tape.EntryAt(tape.Count - 1).Operator.IsView)
                        AssertMarked(result.Value);
                    Variable<T>?[] gradients = tape.Grad(result.Sum(), x, createGraph: false);
                    foreach (Variable<T>? gradient in gradients)
                    {
                        if (gradient is not null)
                            AssertMarked(gradient.Value);
                    }
                }
            }
        }
    }

    /// <summary>Fills the blocks that come next with NaN.</summary>
    private static void Mark<T>(int length) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Storage<T>[] blocks = [.. Enumerable.Range(0, 64).Select(_ => Storage<T>.Uninitialized(length))];
        foreach (Storage<T> block in blocks)
        {
            block.Data.AsSpan().Fill(T.NaN);
            block.Release();
            Marked<T>.Generations.AddOrUpdate(block, new StrongBox<int>(block.Generation));
        }
    }

    /// <summary>
    /// The generations of marked blocks: a kernel that had a block as scratch memory since may have written all of it.
    /// </summary>
    private static class Marked<T> where T : unmanaged
    {
        public static ConditionalWeakTable<Storage<T>, StrongBox<int>> Generations { get; } = [];

        public static bool IsSince(Storage<T> block) =>
            Generations.TryGetValue(block, out StrongBox<int>? generation) && generation.Value == block.Generation;
    }

    private static void AssertMarked<T>(Tensor<T> tensor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (tensor.Block is { } block && tensor.IsContiguous && Marked<T>.IsSince(block))
            Assert.False(
                block.Data.AsSpan(block.Start + tensor.Length).ContainsAnyExcept(T.NaN),
                $"{typeof(T).Name} {tensor.Shape}");
    }

    /// <summary>The elements of a matrix, read one by one.</summary>
    private static T[] Slowly<T>(Tensor<T> matrix) where T : unmanaged
    {
        var elements = new T[matrix.Length];
        for (int i = 0; i < elements.Length; i++)
            elements[i] = matrix.GetValue(i / matrix.Shape[1], i % matrix.Shape[1]);
        return elements;
    }

    private static Tensor<T> Numbers<T>(params int[] lengths) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape shape = Shape.Create(lengths);
        return Tensor.Create<T>(
            [.. Enumerable.Range(1, shape.FlattenedLength).Select(i => T.CreateChecked(i % 8191))], shape);
    }

    /// <summary>Views of some rows of some length, of memory of a shape.</summary>
    private static IEnumerable<(string What, Func<Tensor<T>, Tensor<T>> View, int[] Shape)> Views<T>(
        int rows, int length) where T : unmanaged
    {
        yield return ("all", x => x, [rows, length]);
        yield return ("inner part", x => x.Slice(0, 1, rows + 1).Slice(1, 2, length + 2), [rows + 2, length + 5]);
        yield return ("every other", x => x.Slice(1, 1, step: 2), [rows, 2 * length + 1]);
        yield return ("every other row", x => x.Slice(0, 1, step: 2), [2 * rows + 1, length]);
        yield return ("transposed", x => x.Transpose(), [length, rows]);
        yield return ("part of the transposed", x => x.Slice(0, 1, length + 1).Slice(1, 3, rows + 3).Transpose(),
            [length + 2, rows + 4]);
        yield return ("one of each pair", x => x.Slice(2, 1, 2).Reshape(rows, length), [rows, length, 2]);
    }
}
