using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A run of a function on variables that have shapes and no numbers. What its tape records then is the function's
/// graph; and where the function takes gradients, their propagate rules run too and are part of it.
/// </summary>
internal static class Tracing
{
    /// <summary>Traces a function; a result of null is known to be zero.</summary>
    /// <param name="shapes">The shapes of its inputs.</param>
    /// <param name="function">The function.</param>
    /// <param name="hint">What to do about a variable of another tape, for the error; null for what is usual.</param>
    public static Graph<T> Run<T>(
        ReadOnlySpan<Shape> shapes, Func<Tape<T>, Variable<T>[], Variable<T>?[]> function, string? hint = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = TracingRecorder<T>.NewTape();
        tape.Hint = hint;
        try
        {
            var inputs = new Variable<T>[shapes.Length];
            for (int i = 0; i < inputs.Length; i++)
                inputs[i] = tape.Variable(Tensor<T>.Symbolic(shapes[i]));
            Variable<T>?[] results = function(tape, inputs);
            WriteLog<T>.Refresh(tape, results);
            return GraphOf(tape, inputs, results);
        }
        catch
        {
            TracingRecorder<T>.Of(tape).Thaw();
            throw;
        }
    }

    private static Graph<T> GraphOf<T>(Tape<T> tape, Variable<T>[] inputs, Variable<T>?[] results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TracingRecorder<T> trace = TracingRecorder<T>.Of(tape);
        var builder = new GraphBuilder<T>();
        var nodes = new Dictionary<int, int>(tape.VariableCount);
        for (int i = 0; i < inputs.Length; i++)
            nodes[inputs[i].Index] = builder.AddInput(inputs[i].Shape);
        for (int i = 0; i < tape.Count; i++)
        {
            ref readonly EntryRow<T> entry = ref tape.EntryAt(i);
            ReadOnlySpan<int> links = tape.LinksOf(in entry);
            var from = new int[entry.InputCount];
            for (int j = 0; j < from.Length; j++)
                from[j] = links[j] >= 0
                    ? NodeOf(links[j])
                    : builder.Add(Node<T>.Number(tape.NumberOf(links[j]).Number));
            for (int output = 0; output < entry.OutputCount; output++)
            {
                int result = links[entry.InputCount + output];
                nodes[result] = builder.Add(
                    new Node<T>(tape.ShapeOf(result), entry.Operator, from, Output: output));
            }
        }
        return builder.Build(Array.ConvertAll(results, result => result switch
        {
            null => Graph<T>.Zero,
            { IsNumber: true } => builder.Add(Node<T>.Number(result.Number)),
            _ => NodeOf(Own(result).Index),
        }));

        int NodeOf(int row)
        {
            row = trace.Substitutes.GetValueOrDefault(row, row);
            if (!nodes.TryGetValue(row, out int node))
                nodes[row] = node = builder.Add(Node<T>.Of(
                    trace.Constants.TryGetValue(row, out Tensor<T>? constant) ? constant : throw NoValue(row)));
            return node;
        }

        InvalidOperationException NoValue(int row) => new(
            $"The function makes a variable '{tape.NameOf(row)}' of a value that is traced: there are only shapes "
            + "then. Where the value is not to be differentiated, use Detach.");

        Variable<T> Own(Variable<T> result) => result.RecordedOn == tape ? result : throw new InvalidOperationException(
            $"The function returns '{result.Name}', a variable of another tape than that of its inputs. A function "
            + "that is compiled computes its result from its inputs; other values come in through "
            + "input.Tape.Constant(…).");
    }
}
