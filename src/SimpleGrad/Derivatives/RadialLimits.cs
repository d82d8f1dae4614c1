using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Limits of second derivatives at the zeros of norms, by sweeps inside the sweep that asks. Where a gradient is
/// g x / r, what is missing is the derivative of g by r.
/// </summary>
/// <remarks>
/// It takes a sweep for each such gradient, so that one loss does not mix with another. Where a trace has many of them,
/// those of different norms share a sweep: a function that is smooth in x has no derivative at 0 by any other norm.
/// </remarks>
internal sealed class RadialLimits<T>(Tape<T> tape) : OriginLimits<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most gradients of a trace that have a sweep each.</summary>
    private const int MaxAlone = 16;

    private readonly int _count = tape.Count;
    private Dictionary<int, Variable<T>?>? _ofInputs;
    private int[]? _entries; // with such a gradient

    public override Variable<T>? OfInput(int entry)
    {
        _ofInputs ??= [];
        if (!_ofInputs.TryGetValue(entry, out Variable<T>? limit))
        {
            if (IsTraced(entry) && Entries is { Length: > MaxAlone } entries)
                FindTogether(entries, _ofInputs);
            else
                _ofInputs[entry] = Derivative([entry])[0];
            limit = _ofInputs.GetValueOrDefault(entry);
        }
        return limit;
    }

    public override Variable<T>? OfGradient(int entry, Variable<T> gradient)
    {
        if (Norm(entry) is not { } norm || gradient.IsNumber || IsHidden(gradient.Index))
            return null;
        // All elements of x that belong to a norm have one gradient, and the sum over them has them all.
        return Sweep([gradient], [norm])[0] is { } sum ? sum / (gradient.Length / Math.Max(1, norm.Length)) : null;
    }

    private int[] Entries => _entries ??=
        [.. Enumerable.Range(0, _count).Where(i => tape.EntryAt(i).Operator is IRadialGradient)];

    private void FindTogether(int[] entries, Dictionary<int, Variable<T>?> limits)
    {
        // Gradients of one norm are those of several losses: each in a round of its own.
        var rounds = entries.GroupBy(entry => tape.LinksOf(tape.EntryAt(entry))[2])
            .SelectMany(group => group.Index())
            .GroupBy(item => item.Index, item => item.Item);
        foreach (IGrouping<int, int> round in rounds)
        {
            int[] together = [.. round];
            foreach ((int entry, Variable<T>? limit) in together.Zip(Derivative(together)))
                limits[entry] = limit;
        }
    }

    /// <summary>The derivatives of the first inputs of entries by their third ones.</summary>
    private Variable<T>?[] Derivative(int[] entries)
    {
        var results = new Variable<T>?[entries.Length];
        var (losses, norms, indices) = (new List<Variable<T>>(), new List<Variable<T>>(), new List<int>());
        for (int i = 0; i < entries.Length; i++)
        {
            int row = tape.LinksOf(tape.EntryAt(entries[i]))[0];
            if (IsHidden(row) || Norm(entries[i]) is not { } norm)
                continue;
            losses.Add(KeptBy(entries[i], row));
            norms.Add(norm);
            indices.Add(i);
        }
        if (losses.Count == 0)
            return results;
        foreach ((int index, Variable<T>? limit) in indices.Zip(Sweep([.. losses], [.. norms])))
            results[index] = limit;
        return results;
    }

    private Variable<T>?[] Sweep(Variable<T>[] losses, Variable<T>[] norms) =>
        tape.Grad(
            losses, new Variable<T>?[losses.Length], norms, createGraph: tape.Recorder.Records, findsLimits: false);

    private Variable<T> KeptBy(int entry, int row) => WriteLog<T>.Of(tape).KeptBy(entry, row);

    private Variable<T>? Norm(int entry) =>
        tape.LinksOf(tape.EntryAt(entry))[2] is int row and >= 0 ? KeptBy(entry, row) : null;

    private bool IsTraced(int entry) => Norm(entry) is { IsScalar: false, Data.IsSymbolic: true };

    private bool IsHidden(int row) => row < 0 || tape.VariableAt(row).Origin.IsNotRecorded;
}
