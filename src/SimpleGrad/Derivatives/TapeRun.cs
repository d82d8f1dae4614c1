using System.Numerics;

namespace SimpleGrad;

/// <summary>A function that runs on a tape at each call.</summary>
internal sealed class TapeRun<T>(string name, Func<Variable<T>[], Tensor<int>[], Variable<T>[]> body)
    : ITensorRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Tensor<T>[] Run(ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        Tensor<T>[] values = Values(inputs, indices);
        for (int i = 0; i < values.Length; i++)
            values[i] = ResultMemory.OfItsOwn(values[i], inputs, values.AsSpan(0, i));
        return values;
    }

    public void RunInto(Tensor<T>?[] results, ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        Tensor<T>[] values = Values(inputs, indices);
        ResultMemory.CheckFit(name, results, Array.ConvertAll(values, value => value.Shape));
        for (int i = 0; i < values.Length; i++)
        {
            if (results[i] is not { Rank: > 0 } result)
            {
                results[i] = ResultMemory.OfItsOwn(values[i], inputs, results.AsSpan(0, i));
                continue;
            }
            result.NoteWrite("InvokeInto");
            values[i].CopyTo(result.NewData);
        }
    }

    private Tensor<T>[] Values(ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices)
    {
        Tensor<int>[] integers = indices.ToArray();
        return OnTape.Run(x => body(x, integers), inputs.ToArray())!;
    }
}
