using System.Globalization;
using System.Numerics;

namespace SimpleGrad.Cli;

/// <summary>Gradients of any order, by way of a chain of losses.</summary>
internal static class GradientChain
{
    private const int MaxEntries = 2_000_000;

    /// <summary>
    /// Without orders, the result and its gradients. With them, L0 is the sum of the result, each next loss is the sum
    /// of the squares of all gradients of the last one, and the last loss is the value.
    /// </summary>
    /// <param name="tape">The tape of the variables.</param>
    /// <param name="result">What the program gave.</param>
    /// <param name="wanted">The variables to differentiate by.</param>
    /// <param name="orders">How often to differentiate; null for once, without a sum.</param>
    /// <param name="sweeps">Where the entries of each sweep begin on the tape, and where they end: they are all
    /// recorded; null where nobody asks, and the last sweep is not.</param>
    /// <exception cref="MistakeException">The library refused to compute a gradient.</exception>
    public static (Tensor<T> Value, Variable<T>?[] Gradients) Compute<T>(
        Tape<T> tape, Variable<T> result, IReadOnlyList<Variable<T>> wanted, int? orders, List<Range>? sweeps = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T> loss = orders is null ? result : result.Sum(name: "L0");
        Variable<T>?[] gradients = Grad(tape, loss, wanted, orders > 1, sweeps);
        int before = 0;
        for (int order = 1; order < orders; order++)
        {
            CheckRoom(before, tape.Count, order, orders.Value);
            before = tape.Count;
            // A sum of no squares is zero, and so is all that follows.
            if (SumOfSquares(gradients, $"L{order}") is not { } next)
                return (Tensor.Scalar(T.Zero), gradients);
            loss = next;
            gradients = Grad(tape, loss, wanted, order + 1 < orders, sweeps);
        }
        return (loss.Value, gradients);
    }

    /// <summary>Each order makes the tape longer by about the same factor, of 2 at least.</summary>
    private static void CheckRoom(int before, int now, int order, int orders)
    {
        double factor = before == 0 ? 2 : (double)now / before, next = now * factor;
        double bytes = GC.GetTotalMemory(forceFullCollection: false) * factor;
        long most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        if (next <= MaxEntries && bytes <= most)
            return;
        string what = next > MaxEntries
            ? string.Create(CultureInfo.InvariantCulture, $"some {next:N0} entries; there can be {MaxEntries:N0}")
            : string.Create(
                CultureInfo.InvariantCulture, $"some {bytes / 1e9:F1} GB; half of the memory is {most / 1e9:F1} GB");
        throw new MistakeException(string.Create(
            CultureInfo.InvariantCulture,
            $"--orders {orders}: each order makes the tape {factor:F1} times as long, and order {order + 1} would take "
            + $"it to {what}. Up to {order} orders can be computed here."));
    }

    private static Variable<T>?[] Grad<T>(
        Tape<T> tape, Variable<T> loss, IReadOnlyList<Variable<T>> wanted, bool createGraph, List<Range>? sweeps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int before = tape.Count;
        try
        {
            Variable<T>?[] gradients = tape.Grad(loss, wanted, createGraph: createGraph || sweeps is not null);
            sweeps?.Add(before..tape.Count);
            return gradients;
        }
        catch (Exception e) when (MistakeException.IsRefusal(e))
        {
            throw new MistakeException(MistakeException.MessageOf(e));
        }
    }

    private static Variable<T>? SumOfSquares<T>(Variable<T>?[] gradients, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T>[] known = [.. gradients.OfType<Variable<T>>()];
        // Adding squares of different shapes would broadcast, and count elements more than once.
        bool areAlike = known.All(gradient => gradient.Shape == known[0].Shape);
        Variable<T>? total = null;
        foreach (Variable<T> gradient in known)
        {
            Variable<T> square = gradient * gradient;
            if (!areAlike)
                square = square.Sum();
            total = total is null ? square : total + square;
        }
        return total?.Sum(name);
    }
}
