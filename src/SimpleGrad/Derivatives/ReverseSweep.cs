using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace SimpleGrad;

/// <summary>
/// Reverse mode: from the loss back through the tape, each entry turns the gradients of its outputs into gradients of
/// its inputs, and contributions to the same variable add up.
/// </summary>
/// <remarks>Only what was recorded between the first wanted variable and the loss is looked at.</remarks>
internal static class ReverseSweep
{
    /// <summary>Gradients of the sum of all losses times their seeds; a seed of null is one of ones.</summary>
    public static Variable<T>?[] Run<T>(
        Tape<T> tape, Variable<T>[] losses, Variable<T>?[] seeds, Variable<T>[] wanted, OriginLimits<T>? limits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // A trace shows all that reverse mode can compute, so under a trace nothing is left out.
        int first = tape.Trace is null ? int.MaxValue : 0;
        foreach (Variable<T> loss in losses)
            first = Math.Min(first, loss.Index);
        foreach (Variable<T> variable in wanted)
            first = Math.Min(first, variable.Index);
        WriteLog<T>.Of(tape); // rules ask it for saved values
        int count = tape.VariableCount - first;
        Slot<T>[] slots = ArrayPool<Slot<T>>.Shared.Rent(count);
        Array.Clear(slots, 0, count);
        tape.Step = new SweepStep<T>(tape.Step);
        try
        {
            return new Sweep<T>(tape, losses, wanted, new Slots<T>(slots.AsSpan(0, count), first), limits).Run(seeds);
        }
        finally
        {
            tape.Step = tape.Step.Outer;
            Array.Clear(slots, 0, count);
            ArrayPool<Slot<T>>.Shared.Return(slots);
        }
    }

    private readonly ref struct Sweep<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Tape<T> _tape;
        private readonly Variable<T>[] _losses;
        private readonly Variable<T>[] _wanted;
        private readonly Slots<T> _slots;
        private readonly int _firstWanted; // row
        private readonly SweepRecorder<T>? _memory; // used again as soon as gradients are used up; null: it stays
        private readonly bool _mayHide; // whether some variable was computed without recording
        private readonly int _firstEntry; // that can use a wanted variable
        private readonly OriginLimits<T>? _limits;
        private readonly List<int>? _order; // under a trace: rows in the order in which they got a gradient

        public Sweep(
            Tape<T> tape, Variable<T>[] losses, Variable<T>[] wanted, Slots<T> slots, OriginLimits<T>? limits)
        {
            _tape = tape;
            _losses = losses;
            _wanted = wanted;
            _slots = slots;
            _limits = limits;
            _memory = tape.Recorder as SweepRecorder<T>;
            _mayHide = tape.HasNotRecorded;
            _firstWanted = int.MaxValue;
            _firstEntry = int.MaxValue;
            foreach (Variable<T> variable in wanted)
            {
                slots[variable.Index].Mark = Mark.Wanted;
                _firstWanted = Math.Min(_firstWanted, variable.Index);
                _firstEntry = Math.Min(_firstEntry, FirstUse(tape.VariableAt(variable.Index).Origin));
            }
            if (tape.Trace is null)
                return;
            _order = [];
            _firstEntry = 0;
            foreach (ref Slot<T> slot in slots.All)
                MarkUseful(ref slot);
        }

        public Variable<T>?[] Run(Variable<T>?[] seeds)
        {
            int last = -1;
            foreach (Variable<T> loss in _losses)
            {
                last = Math.Max(last, _tape.VariableAt(loss.Index).Origin.Entry);
                RefuseNotRecorded(loss.Index);
            }
            if (_order is null)
                MarkUseful(last);
            for (int i = 0; i < seeds.Length; i++)
                Accumulate(_losses[i].Index, seeds[i] ?? _tape.Root.AddSeed(_losses[i].Shape));
            _tape.Trace?.BeginGradients(_losses[0].Name);

            Variable<T>?[] outputGradients = new Variable<T>?[1], inputGradients = new Variable<T>?[2];
            for (int i = last; i >= _firstEntry; i--)
            {
                ref readonly EntryRow<T> entry = ref _tape.EntryAt(i);
                if (_memory is not null && entry.OutputCount == 1 && PropagateNumbers(i, in entry))
                    continue;
                if (outputGradients.Length < entry.OutputCount)
                    outputGradients = new Variable<T>?[entry.OutputCount];
                if (inputGradients.Length < entry.InputCount)
                    inputGradients = new Variable<T>?[entry.InputCount];
                if (!TakeOutputGradients(in entry, outputGradients))
                    continue;
                Propagate(i, in entry, outputGradients, inputGradients);
                _memory?.EndStep();
            }

            if (_tape.Trace is { } trace)
            {
                foreach (int row in _order!)
                    trace.Gradient(_losses[0].Name, _tape.NameOf(row), _slots[row].Gradient!.Name);
                trace.EndGradients();
            }
            var results = new Variable<T>?[_wanted.Length];
            for (int i = 0; i < results.Length; i++)
            {
                ref Slot<T> slot = ref _slots[_wanted[i].Index];
                results[i] = slot.HasNumber ? _memory!.AsVariable(slot.Number) : slot.Gradient;
                if (results[i] is { } gradient)
                    _memory?.Keep(gradient);
            }
            _memory?.EndStep();
            return results;
        }

        /// <summary>The first entry that can have used a variable.</summary>
        private static int FirstUse(Origin origin) =>
            origin.IsLeaf ? origin.Since
            : origin.IsNotRecorded ? 0 // it got its row when it was first used, and maybe not by an entry
            : origin.Entry + 1;

        /// <summary>Collects the output gradients of an entry; false where there is nothing to propagate.</summary>
        private bool TakeOutputGradients(in EntryRow<T> entry, Variable<T>?[] outputGradients)
        {
            ReadOnlySpan<int> links = _tape.LinksOf(in entry);
            bool reached = false;
            for (int i = 0; i < entry.OutputCount; i++)
            {
                int row = links[entry.InputCount + i];
                outputGradients[i] = null;
                if (!_slots.Contains(row))
                    continue;
                ref Slot<T> slot = ref _slots[row];
                outputGradients[i] = slot.HasNumber ? _memory!.AsVariable(slot.Number) : slot.Gradient;
                reached |= slot.HasGradient;
                // Nothing before this entry reads the gradient of its output again.
                if (_order is not null || slot.Mark == Mark.Wanted)
                    continue;
                slot.HasNumber = false;
                if (slot.Gradient is not { } gradient)
                    continue;
                slot.Gradient = null;
                _memory?.RemoveHolder(gradient);
            }
            return reached && IsAnyUseful(links[..entry.InputCount]);
        }

        private bool IsAnyUseful(ReadOnlySpan<int> rows)
        {
            foreach (int row in rows)
            {
                if (_slots.IsUseful(row))
                    return true;
            }
            return false;
        }

        /// <summary>Propagates where gradients are single numbers, or none has arrived.</summary>
        /// <returns>False where gradients must be variables.</returns>
        private bool PropagateNumbers(int index, in EntryRow<T> entry)
        {
            ReadOnlySpan<int> links = _tape.LinksOf(in entry);
            int output = links[entry.InputCount];
            if (!_slots.Contains(output))
                return true;
            ref Slot<T> slot = ref _slots[output];
            if (!slot.HasNumber)
                return slot.Gradient is null;
            if (!entry.Operator.CanPropagateNumbers)
                return false;
            T gradient = slot.Number;
            slot.HasNumber = slot.Mark == Mark.Wanted;
            if (!IsAnyUseful(links[..entry.InputCount]))
                return true;
            var propagation = new Propagation<T>(_tape, index, in entry, _slots, [], [], _limits);
            Span<T> gradients = stackalloc T[3];
            int known = entry.Operator.PropagateNumbers(gradient, in propagation, gradients);
            for (int i = 0; i < entry.InputCount; i++)
            {
                if ((known >> i & 1) == 0)
                    continue;
                RefuseNotRecorded(links[i]);
                Accumulate(links[i], gradients[i]);
            }
            return true;
        }

        private void Propagate(
            int index, in EntryRow<T> entry, Variable<T>?[] outputGradients, Variable<T>?[] inputGradients)
        {
            var propagation = new Propagation<T>(
                _tape, index, in entry, _slots, outputGradients.AsSpan(0, entry.OutputCount),
                inputGradients.AsSpan(0, entry.InputCount), _limits);
            _tape.Step!.FirstRow = _tape.VariableCount;
            if (_memory is not null && entry.Operator.ShowsGradients)
                PropagateSeen(entry.Operator, ref propagation, _memory);
            else
                entry.Operator.Propagate(ref propagation);
            for (int i = 0; i < entry.InputCount; i++)
            {
                int row = propagation.Links[i];
                if (inputGradients[i] is { } gradient && row >= 0)
                {
                    if (!ReferenceEquals(gradient.Shape, _tape.VariableAt(row).Shape))
                        CheckShape(in entry, i, row, gradient);
                    RefuseNotRecorded(row);
                    if (_slots.Contains(row))
                        Accumulate(row, gradient);
                }
                inputGradients[i] = null;
            }
        }

        /// <summary>Propagates by a user-defined rule, which sees gradients: their memory stays.</summary>
        private void PropagateSeen(Operator<T> op, ref Propagation<T> propagation, SweepRecorder<T> memory)
        {
            foreach (Variable<T>? gradient in propagation.OutputGradients)
            {
                if (gradient is not null)
                    memory.Keep(gradient);
            }
            _tape.Recorder = memory.ForUserCode;
            _tape.Step!.Lent = propagation.OutputGradients.ToArray();
            op.Propagate(ref propagation);
            _tape.Step.Lent = [];
            _tape.Recorder = memory;
        }

        private void Accumulate(int row, T gradient)
        {
            ref Slot<T> slot = ref _slots[row];
            slot.Number = slot.HasNumber ? slot.Number + gradient : gradient;
            slot.HasNumber = true;
        }

        private void Accumulate(int row, Variable<T> gradient)
        {
            if (_memory is not null && gradient.IsScalar)
            {
                Accumulate(row, gradient.Number);
                return;
            }
            ref Slot<T> slot = ref _slots[row];
            if (slot.Gradient is not { } old)
            {
                slot.Gradient = gradient;
                slot.IsSum = false;
                _order?.Add(row);
            }
            else if (_memory is null)
            {
                slot.Gradient = old + gradient;
                return;
            }
            else if (slot.IsSum && AddInPlace(old, gradient))
            {
                return;
            }
            else
            {
                slot.Gradient = old + gradient;
                slot.IsSum = true;
                _memory.RemoveHolder(old);
            }
            if (_memory is not null)
                SweepRecorder<T>.AddHolder(slot.Gradient);
        }

        /// <summary>Adds to a sum that the sweep made itself, so that nobody else has seen it.</summary>
        private bool AddInPlace(Variable<T> sum, Variable<T> gradient)
        {
            Tensor<T> to = sum.Data, from = gradient.Data;
            if (!to.IsContiguous || to.Length > ParallelLoop.PieceLength || to.Shape != from.Shape)
                return false;
            if (from.IsContiguous)
                TensorPrimitives.Add(to.Span, from.Span, to.NewData);
            else if (!from.Strides.ContainsAnyExcept(0)) // as the gradient of a sum is
                TensorPrimitives.Add(to.Span, from.Memory[0], to.NewData);
            else
                return false;
            sum.Index = ~_tape.VariableCount; // what was computed without recording says when
            return true;
        }

        /// <summary>
        /// Marks the variables through which a wanted one can reach the loss; work for others is not done.
        /// </summary>
        private void MarkUseful(int last)
        {
            for (int i = _firstEntry; i <= last; i++)
            {
                ref readonly EntryRow<T> entry = ref _tape.EntryAt(i);
                ReadOnlySpan<int> links = _tape.LinksOf(in entry);
                bool useful = false;
                foreach (int input in links[..entry.InputCount])
                    useful |= _slots.IsUseful(input) || HidesWanted(input);
                if (!useful)
                    continue;
                foreach (int output in links[entry.InputCount..])
                {
                    if (_slots.Contains(output))
                        MarkUseful(ref _slots[output]);
                }
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

        private bool IsHidden(int row)
        {
            if (!_mayHide || row <= _firstWanted)
                return false;
            Origin origin = _tape.VariableAt(row).Origin;
            return origin.IsNotRecorded && origin.Since > _firstWanted;
        }

        private void RefuseNotRecorded(int row)
        {
            if (IsHidden(row))
                throw NotRecorded(row);
        }

        private InvalidOperationException NotRecorded(int row)
        {
            string which = Array.Exists(_losses, loss => loss.Index == row)
                ? $"'{_tape.NameOf(row)}'"
                : $"'{_losses[0].Name}' depends on '{_tape.NameOf(row)}', which";
            return new InvalidOperationException(
                $"{which} was computed with createGraph: false, so its own gradient was not recorded. Compute it with "
                + "createGraph: true, or call Detach() on it to make it a constant.");
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
