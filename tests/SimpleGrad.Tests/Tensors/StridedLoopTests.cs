using System.Numerics;

namespace SimpleGrad.Tests.Tensors;

/// <summary>Elementwise operators on operands of any layout, and on any number of threads.</summary>
public sealed class StridedLoopTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 60)];

    [Theory, MemberData(nameof(Seeds))]
    public void Any_layout_gives_what_single_elements_give(int seed)
    {
        Check<double>(seed);
        Check<float>(seed);
    }

    [Fact]
    public void A_transposed_operand_gives_a_transposed_result_without_a_copy()
    {
        Tensor<double> x = Tensor.Create<double>([1, 2, 3, 4, 5, 6], [2, 3]).Transpose();
        Tensor<double> negative = -x;
        Assert.Equal([-1, -4, -2, -5, -3, -6], negative.ToArray());
        Assert.False(negative.IsContiguous);
    }

    private static void Check<T>(int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        int[] lengths = new int[random.Next(1, 5)];
        int[] choices = lengths.Length switch
        {
            1 => [0, 1, 5, 64, 70_000, 140_001],
            2 => [1, 3, 17, 64, 129, 400],
            _ => [1, 2, 3, 5, 17, 33],
        };
        for (int i = 0; i < lengths.Length; i++)
            lengths[i] = choices[random.Next(choices.Length)];
        Tensor<T> x = Operand<T>(random, lengths), y = Operand<T>(random, lengths), z = Operand<T>(random, lengths);
        Shape shape = Shape.Broadcast(Shape.Broadcast(x.Shape, y.Shape), z.Shape);
        T[] xs = Slowly(x, shape), ys = Slowly(y, shape), zs = Slowly(z, shape);

        Tensor<T> sum = x + y;
        Assert.Equal(Slowly(x, sum.Shape).Zip(Slowly(y, sum.Shape), (a, b) => a + b), sum.ToArray());
        Assert.Equal(Slowly(x, x.Shape).Select(a => -a), (-x).ToArray());
        Assert.Equal(Slowly(x, x.Shape), x.ToArray());
        var tape = new Tape<T>();
        Tensor<T> chosen = Variable
            .Where(tape.Constant(x) > tape.Constant(y), tape.Constant(y), tape.Constant(z)).Value;
        Assert.Equal(Enumerable.Range(0, xs.Length).Select(i => xs[i] > ys[i] ? ys[i] : zs[i]), chosen.ToArray());
    }

    private static Tensor<T> Operand<T>(Random random, int[] lengths)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Some axes are repeated, some left away, and the axes lie in memory in any order, with gaps.
        int skip = random.Next(4) == 0 ? random.Next(lengths.Length) : 0;
        int[] own = [.. lengths.Skip(skip).Select(length => random.Next(4) == 0 ? 1 : length)];
        int[] order = [.. Enumerable.Range(0, own.Length)];
        if (random.Next(2) == 0)
            random.Shuffle(order);
        int gap = random.Next(3) == 0 ? 2 : 1;
        int[] inMemory = [.. order.Select(axis => own[axis] * gap)];
        Shape shape = Shape.Create(inMemory);
        T[] numbers = new T[shape.FlattenedLength];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = T.CreateChecked(random.Next(-1000, 1000));
        Tensor<T> tensor = Tensor.Create<T>(numbers, shape);
        for (int axis = 0; axis < own.Length; axis++)
            tensor = tensor.Slice(axis, step: gap);
        int[] back = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
            back[order[i]] = i;
        return tensor.Permute(back);
    }

    private static T[] Slowly<T>(Tensor<T> x, Shape shape) where T : unmanaged
    {
        Tensor<T> spread = x.Expand(shape);
        var result = new T[shape.FlattenedLength];
        var place = new int[shape.Rank];
        for (int i = 0; i < result.Length; i++)
        {
            int rest = i;
            for (int axis = shape.Rank - 1; axis >= 0; axis--)
            {
                place[axis] = rest % shape[axis];
                rest /= shape[axis];
            }
            result[i] = spread.GetValue(place);
        }
        return result;
    }
}
