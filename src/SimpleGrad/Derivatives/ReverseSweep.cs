using System.Buffers;
using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Reverse mode: from the loss back through the tape, each entry turns the gradients of its outputs into gradients of
/// its inputs, and contributions to the same variable add up.
/// </summary>
internal static class ReverseSweep
{
    public static Variable<T>?[] Run<T>(Tape<T> tape, Variable<T> loss, IReadOnlyList<Variable<T>> wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int variables = tape.VariableCount;
        Slot<T>[] slots = ArrayPool<Slot<T>>.Shared.Rent(variables);
        Array.Clear(slots, 0, variables);
        try
        {
            return new Sweep<T>(tape, loss, wanted, slots.AsSpan(0, variables)).Run();
        }
        finally
        {
            Array.Clear(slots, 0, variables);
            ArrayPool<Slot<T>>.Shared.Return(slots);
        }
    }

    private readonly ref struct Sweep<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Tape<T> _tape;
        private readonly Variable<T> _loss;
        private readonly IReadOnlyList<Variable<T>> _wanted;
        private readonly Span<Slot<T>> _slots; // by row of the variable
        private readonly int _firstWanted;
        private readonly List<int>? _order; // under a trace: rows in the order in which they got a gradient

        public Sweep(Tape<T> tape, Variable<T> loss, IReadOnlyList<Variable<T>> wanted, Span<Slot<T>> slots)
        {
            _tape = tape;
            _loss = loss;
            _wanted = wanted;
            _slots = slots;
            _firstWanted = int.MaxValue;
            foreach (Variable<T> variable in wanted)
            {
                slots[variable.Index].Mark = Mark.Wanted;
                _firstWanted = Math.Min(_firstWanted, variable.Index);
            }
            _order = tape.Trace is null ? null : [];
        }

        public Variable<T>?[] Run()
        {
            int last = _tape.VariableAt(_loss.Index).Origin;
            RefuseNotRecorded(_loss.Index);
            MarkUseful(last);
            Accumulate(_loss.Index, _tape.AddSeed(_loss.Shape));
            _tape.Trace?.BeginGradients(_loss.Name);

            Variable<T>?[] outputGradients = new Variable<T>?[1], inputGradients = new Variable<T>?[2];
            for (int i = last; i >= 0; i--)
            {
                ref readonly EntryRow<T> entry = ref _tape.EntryAt(i);
                if (outputGradients.Length < entry.OutputCount)
                    outputGradients = new Variable<T>?[entry.OutputCount];
                if (inputGradients.Length < entry.InputCount)
                    inputGradients = new Variable<T>?[entry.InputCount];
                if (TakeOutputGradients(in entry, outputGradients))
                    Propagate(in entry, outputGradients, inputGradients);
            }

            if (_tape.Trace is { } trace)
            {
                foreach (int row in _order!)
                    trace.Gradient(_loss.Name, _tape.NameOf(row), _slots[row].Gradient!.Name);
                trace.EndGradients();
            }
            var results = new Variable<T>?[_wanted.Count];
            for (int i = 0; i < results.Length; i++)
                results[i] = _slots[_wanted[i].Index].Gradient;
            return results;
        }

        /// <summary>Collects the output gradients of an entry; false where there is nothing to propagate.</summary>
        private bool TakeOutputGradients(in EntryRow<T> entry, Variable<T>?[] outputGradients)
        {
            ReadOnlySpan<Link<T>> links = _tape.LinksOf(in entry);
            bool reached = false;
            for (int i = 0; i < entry.OutputCount; i++)
            {
                ref Slot<T> slot = ref _slots[links[entry.InputCount + i].Index];
                outputGradients[i] = slot.Gradient;
                reached |= slot.Gradient is not null;
                // Nothing before this entry reads the gradient of its output again.
                if (_order is null && slot.Mark != Mark.Wanted)
                    slot.Gradient = null;
            }
            if (!reached)
                return false;
            foreach (Link<T> input in links[..entry.InputCount])
            {
                if (input.Index != VariableRow.NoRow && _slots[input.Index].Mark != Mark.None)
                    return true;
            }
            return false;
        }

        private void Propagate(
            in EntryRow<T> entry, Variable<T>?[] outputGradients, Variable<T>?[] inputGradients)
        {
            var propagation = new Propagation<T>(
                _tape, entry, _slots, outputGradients.AsSpan(0, entry.OutputCount),
                inputGradients.AsSpan(0, entry.InputCount));
            entry.Operator.Propagate(ref propagation);
            for (int i = 0; i < entry.InputCount; i++)
            {
                int row = propagation.Links[i].Index;
                if (inputGradients[i] is { } gradient && row != VariableRow.NoRow)
                {
                    if (!ReferenceEquals(gradient.Shape, _tape.VariableAt(row).Shape))
                        CheckShape(entry, i, row, gradient);
                    RefuseNotRecorded(row);
                    Accumulate(row, gradient);
                }
                inputGradients[i] = null;
            }
        }

        private void Accumulate(int row, Variable<T> gradient)
        {
            ref Slot<T> slot = ref _slots[row];
            if (slot.Gradient is { } old)
            {
                slot.Gradient = old + gradient;
                return;
            }
            slot.Gradient = gradient;
            _order?.Add(row);
        }

        /// <summary>
        /// Marks the variables through which a wanted one can reach the loss; work for others is not done. A trace
        /// shows all that reverse mode can compute, so under a trace nothing is left out.
        /// </summary>
        private void MarkUseful(int last)
        {
            if (_order is not null)
            {
                foreach (ref Slot<T> slot in _slots)
                    MarkUseful(ref slot);
                return;
            }
            for (int i = 0; i <= last; i++)
            {
                ref readonly EntryRow<T> entry = ref _tape.EntryAt(i);
                ReadOnlySpan<Link<T>> links = _tape.LinksOf(in entry);
                bool useful = false;
                foreach (Link<T> input in links[..entry.InputCount])
                    useful |= input.Index != VariableRow.NoRow
                        && (_slots[input.Index].Mark != Mark.None || HidesWanted(input.Index));
                if (!useful)
                    continue;
                foreach (Link<T> output in links[entry.InputCount..])
                    MarkUseful(ref _slots[output.Index]);
            }
        }

        private static void MarkUseful(ref Slot<T> slot)
        {
            if (slot.Mark == Mark.None)
                slot.Mark = Mark.Useful;
        }

        /// <summary>Whether a variable may depend on a wanted one in a way that was not recorded.</summary>
        private bool HidesWanted(int row)
        {
            if (!IsHidden(row))
                return false;
            MarkUseful(ref _slots[row]);
            return true;
        }

        private bool IsHidden(int row) =>
            row > _firstWanted && _tape.VariableAt(row).Origin == VariableRow.NotRecorded;

        private void RefuseNotRecorded(int row)
        {
            if (IsHidden(row))
                throw new InvalidOperationException(
                    $"'{_loss.Name}' depends on '{_tape.NameOf(row)}', which was computed with createGraph: false, so "
                    + "its own gradient was not recorded. Compute it with createGraph: true, or call Detach() on it to "
                    + "make it a constant.");
        }

        private void CheckShape(in EntryRow<T> entry, int input, int row, Variable<T> gradient)
        {
            if (gradient.Shape != _tape.ShapeOf(row))
                throw new InvalidOperationException(
                    $"'{entry.Operator.Name}' propagated a gradient of shape {gradient.Shape} to its input {input}, "
                    + $"'{_tape.NameOf(row)}' of shape {_tape.ShapeOf(row)}: a gradient has its variable's shape.");
        }
    }
}
