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
        Variable<T>?[] gradients = ArrayPool<Variable<T>?>.Shared.Rent(variables);
        Mark[] marks = ArrayPool<Mark>.Shared.Rent(variables);
        Array.Clear(gradients, 0, variables);
        Array.Clear(marks, 0, variables);
        try
        {
            var sweep = new Sweep<T>(tape, loss, wanted, gradients.AsSpan(0, variables), marks.AsSpan(0, variables));
            return sweep.Run();
        }
        finally
        {
            Array.Clear(gradients, 0, variables);
            ArrayPool<Variable<T>?>.Shared.Return(gradients);
            ArrayPool<Mark>.Shared.Return(marks);
        }
    }

    private readonly ref struct Sweep<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Tape<T> _tape;
        private readonly Variable<T> _loss;
        private readonly IReadOnlyList<Variable<T>> _wanted;
        private readonly Span<Variable<T>?> _gradients; // by row of the variable
        private readonly Span<Mark> _marks; // by row of the variable
        private readonly int _firstWanted;
        private readonly List<int>? _order; // under a trace: rows in the order in which they got a gradient

        public Sweep(
            Tape<T> tape, Variable<T> loss, IReadOnlyList<Variable<T>> wanted,
            Span<Variable<T>?> gradients, Span<Mark> marks)
        {
            _tape = tape;
            _loss = loss;
            _wanted = wanted;
            _gradients = gradients;
            _marks = marks;
            _firstWanted = int.MaxValue;
            foreach (Variable<T> variable in wanted)
            {
                marks[variable.Index] = Mark.Wanted | Mark.Useful;
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
                EntryRow<T> entry = _tape.EntryAt(i);
                if (outputGradients.Length < entry.OutputCount)
                    outputGradients = new Variable<T>?[entry.OutputCount];
                if (inputGradients.Length < entry.InputCount)
                    inputGradients = new Variable<T>?[entry.InputCount];
                Propagate(
                    entry, outputGradients.AsSpan(0, entry.OutputCount), inputGradients.AsSpan(0, entry.InputCount));
            }

            if (_tape.Trace is { } trace)
            {
                foreach (int row in _order!)
                    trace.Gradient(_loss.Name, _tape.NameOf(row), _gradients[row]!.Name);
                trace.EndGradients();
            }
            var results = new Variable<T>?[_wanted.Count];
            for (int i = 0; i < results.Length; i++)
                results[i] = _gradients[_wanted[i].Index];
            return results;
        }

        private void Propagate(
            EntryRow<T> entry, Span<Variable<T>?> outputGradients, Span<Variable<T>?> inputGradients)
        {
            ReadOnlySpan<Link<T>> links = _tape.LinksOf(entry);
            ReadOnlySpan<Link<T>> inputs = links[..entry.InputCount];
            bool reached = false, useful = false;
            for (int i = 0; i < outputGradients.Length; i++)
            {
                int row = links[entry.InputCount + i].Index;
                reached |= (outputGradients[i] = _gradients[row]) is not null;
                // Nothing before this entry reads the gradient of its output again.
                if (_order is null && _marks[row] < Mark.Wanted)
                    _gradients[row] = null;
            }
            foreach (Link<T> input in inputs)
                useful |= input.Index >= 0 && _marks[input.Index] != Mark.None;
            if (!reached || !useful)
                return;

            inputGradients.Clear();
            var propagation = new Propagation<T>(_tape, entry, _marks, outputGradients, inputGradients);
            entry.Operator.Propagate(ref propagation);
            for (int i = 0; i < inputs.Length; i++)
            {
                if (inputGradients[i] is not { } gradient || inputs[i].Index < 0)
                    continue;
                RefuseNotRecorded(inputs[i].Index);
                CheckShape(entry, i, inputs[i].Index, gradient);
                Accumulate(inputs[i].Index, gradient);
            }
        }

        private void Accumulate(int row, Variable<T> gradient)
        {
            if (_gradients[row] is { } old)
            {
                _gradients[row] = old + gradient;
                return;
            }
            _gradients[row] = gradient;
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
                foreach (ref Mark mark in _marks)
                    mark |= Mark.Useful;
                return;
            }
            for (int i = 0; i <= last; i++)
            {
                EntryRow<T> entry = _tape.EntryAt(i);
                ReadOnlySpan<Link<T>> links = _tape.LinksOf(entry);
                bool useful = false;
                foreach (Link<T> input in links[..entry.InputCount])
                    useful |= input.Index >= 0 && (_marks[input.Index] != Mark.None || HidesWanted(input.Index));
                if (!useful)
                    continue;
                foreach (Link<T> output in links[entry.InputCount..])
                    _marks[output.Index] |= Mark.Useful;
            }
        }

        /// <summary>Whether a variable may depend on a wanted one in a way that was not recorded.</summary>
        private bool HidesWanted(int row)
        {
            if (row <= _firstWanted || _tape.VariableAt(row).Origin != VariableRow.NotRecorded)
                return false;
            _marks[row] |= Mark.Useful;
            return true;
        }

        private void RefuseNotRecorded(int row)
        {
            if (row > _firstWanted && _tape.VariableAt(row).Origin == VariableRow.NotRecorded)
                throw new InvalidOperationException(
                    $"'{_loss.Name}' depends on '{_tape.NameOf(row)}', which was computed with createGraph: "
                    + "false, so its own "
                    + "gradient was not recorded. Compute it with createGraph: true, or call Detach() on it to "
                    + "make it a "
                    + "constant.");
        }

        private void CheckShape(EntryRow<T> entry, int input, int row, Variable<T> gradient)
        {
            if (gradient.Shape != _tape.ShapeOf(row))
                throw new InvalidOperationException(
                    $"'{entry.Operator.Name}' propagated a gradient of shape {gradient.Shape} to its input {input}, "
                    + $"'{_tape.NameOf(row)}' of shape {_tape.ShapeOf(row)}: a gradient has its variable's shape.");
        }
    }
}
