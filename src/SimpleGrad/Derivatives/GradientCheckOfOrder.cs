namespace SimpleGrad;

/// <summary>The comparisons of the derivatives of one order.</summary>
internal sealed class GradientCheckOfOrder
{
    private const double Rounding = 1.5e-14; // relative to the largest number that a derivative is a sum of
    private const int Margin = 10; // so many errors make a difference wrong
    private readonly DerivativesOfOrder _derivatives;
    private readonly int _order;
    private readonly Shape _result;
    private readonly Tensor<double>[] _x;
    private readonly double _tolerance;
    private readonly double[][] _typical; // for each element of each input, a change that is not small
    private readonly double[] _sizes; // the same of all inputs
    private readonly double[] _inputs; // all their elements
    private readonly double[] _results; // the function's
    private readonly double[] _values; // what is differentiated: the rows
    private readonly double[] _found; // the derivatives of the rows by all elements, by reverse mode

    public GradientCheckOfOrder(
        DerivativesOfOrder derivatives, int order, Shape result, Tensor<double>[] x, double tolerance)
    {
        (_derivatives, _order, _result, _x, _tolerance) = (derivatives, order, result, x, tolerance);
        _typical = Array.ConvertAll(x, Typical);
        _sizes = [.. _typical.SelectMany(each => each)];
        _inputs = [.. x.SelectMany(each => each.ToArray())];
        _results = Run(derivatives.Rows, 0, x);
        _values = RowsAt(x);
        _found = ByReverseMode(x);
    }

    public GradientComparison WithForwardMode()
    {
        double[] forward = Run(_derivatives.ByForwardMode, _order, _x);
        double[] largest = [.. _values.Select((value, row) => LargestOf(row, Math.Abs(value)))];
        double[]? changes = null;
        var elements = new List<GradientElement>();
        for (int i = 0; i < forward.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, _sizes.Length);
            double error = Rounding * largest[row] / _sizes[column];
            // What is rounded more than that also changes with the last digits of the inputs.
            if (!(Math.Abs(_found[i] - forward[i]) <= error + _tolerance * Math.Abs(forward[i])))
            {
                double change = (changes ??= ChangesOfLastDigits())[i];
                error += double.IsFinite(change) ? change : 0;
            }
            bool isKnown = double.IsFinite(_values[row]) && double.IsFinite(_inputs[column]) && double.IsFinite(error);
            var expected = new DifferenceEstimate(forward[i], isKnown ? error : double.PositiveInfinity);
            bool isZero = Math.Max(Math.Abs(_found[i]), Math.Abs(forward[i])) <= Margin * error;
            elements.Add(Element(i, expected, forward[i].Equals(_found[i]) && !double.IsNaN(forward[i]) || isZero));
        }
        return GradientComparison.Of(_order, GradientComparison.ForwardMode, _derivatives.AreOfSum, elements);
    }

    public GradientComparison WithDifferences()
    {
        var elements = new GradientElement[_found.Length];
        for (int input = 0, column = 0; input < _x.Length; input++)
        {
            for (int element = 0; element < _x[input].Length; element++, column++)
            {
                double[] numbers = _x[input].ToArray();
                double x = numbers[element];
                double[] At(double moved)
                {
                    numbers[element] = moved;
                    Tensor<double>[] all = [.. _x];
                    all[input] = Tensor.Create<double>(numbers, _x[input].Shape);
                    return RowsAt(all);
                }
                var table = new DifferenceTable(At, x, _typical[input][element], _values);
                int first = column;
                double[] found = [.. _values.Select((_, row) => _found[row * _sizes.Length + first])];
                DifferenceEstimate[] estimates = table.Estimates(found, _tolerance);
                for (int row = 0; row < _values.Length; row++)
                {
                    int i = row * _sizes.Length + column;
                    DifferenceEstimate expected = Doubted(i, estimates[row]);
                    elements[i] = Element(i, expected, _found[i] == 0 && expected.IsZero);
                }
            }
        }
        return GradientComparison.Of(_order, GradientComparison.Differences, _derivatives.AreOfSum, elements);
    }

    /// <summary>The larger of a number and the changes of a row with each input, as far as they are finite.</summary>
    private double LargestOf(int row, double largest)
    {
        for (int j = 0; j < _sizes.Length; j++)
        {
            double change = Math.Abs(_found[row * _sizes.Length + j]) * _sizes[j];
            largest = change > largest && double.IsFinite(change) ? change : largest;
        }
        return largest;
    }

    /// <summary>
    /// That values do not change at all may be their rounding: of a difference that cancels, or of a small change of a
    /// large number.
    /// </summary>
    private DifferenceEstimate Doubted(int i, DifferenceEstimate expected)
    {
        double found = Math.Abs(_found[i]);
        if (expected.Value != 0 || !(found > 0))
            return expected;
        bool changesAtLargeSteps = expected.AtSteps!.Any(step =>
            Math.Abs(step.Value - _found[i]) <= Margin * step.Error + _tolerance * found && step.Error <= found / 10);
        double cancelled = _order == 1 ? 0 : Rounding * Math.Abs(_results[Row(i, _order)]);
        for (int k = 1, j = i; k <= (_derivatives.AreOfSum ? 1 : _order); k++, j /= _sizes.Length)
            cancelled /= _sizes[j % _sizes.Length];
        return expected with { Error = expected.Error + Math.Max(cancelled, changesAtLargeSteps ? found : 0) };
    }

    /// <param name="i">Which derivative.</param>
    /// <param name="expected">What it should be.</param>
    /// <param name="isSame">Whether it is that, though no digit may be known: zero, or infinite.</param>
    private GradientElement Element(int i, DifferenceEstimate expected, bool isSame)
    {
        double found = _found[i], size = Math.Max(Math.Abs(found), Math.Abs(expected.Value));
        double difference = Math.Abs(found - expected.Value), allowed = _tolerance * size;
        GradientVerdict verdict =
            isSame ? GradientVerdict.Right
            : !double.IsFinite(expected.Error) ? GradientVerdict.Undecided
            : !double.IsFinite(difference) ? WhereNotFinite(found, expected)
            : difference > allowed + Margin * expected.Error ? GradientVerdict.Wrong
            : difference <= allowed && 100 * expected.Error <= size ? GradientVerdict.Right
            : GradientVerdict.Undecided;
        return new GradientElement(ResultIndex(i), Inputs(i), expected.Value, expected.Error, found, verdict);
    }

    /// <summary>That a derivative is not finite is wrong where the other one is known to be.</summary>
    private static GradientVerdict WhereNotFinite(double found, DifferenceEstimate expected) =>
        double.IsFinite(found) != double.IsFinite(expected.Value)
        && (!double.IsFinite(expected.Value) || 100 * expected.Error <= Math.Abs(expected.Value) || expected.Value == 0)
            ? GradientVerdict.Wrong
            : GradientVerdict.Undecided;

    /// <summary>By how much derivatives change where all inputs change by a few units in the last place.</summary>
    private double[] ChangesOfLastDigits()
    {
        var changes = new double[_found.Length];
        for (int units = 1; units <= 3; units++)
        {
            double factor = 1 + units * 2.3e-16 * (units % 2 == 0 ? -1 : 1);
            double[] close = ByReverseMode([.. _x.Select(each => each * factor)]);
            for (int i = 0; i < changes.Length; i++)
                changes[i] = Math.Max(changes[i], Math.Abs(close[i] - _found[i]));
        }
        return changes;
    }

    private double[] ByReverseMode(Tensor<double>[] x) => Run(_derivatives.ByReverseMode, _order, x);

    private double[] RowsAt(Tensor<double>[] x) => Run(_derivatives.Rows, _order - 1, x);

    private static double[] Run(
        Func<int, Variable<double>[], Variable<double>> derivatives, int order, Tensor<double>[] x) =>
        TensorFunction.Of<double>(v => [derivatives(order, v)]).Invoke(x)[0].ToArray();

    /// <summary>A number's own size; that of the others where it is zero.</summary>
    private static double[] Typical(Tensor<double> x)
    {
        double[] sizes = [.. x.ToArray().Select(Math.Abs)];
        double largest = sizes.Where(double.IsFinite).DefaultIfEmpty().Max();
        return Array.ConvertAll(sizes, size => size > 0 ? size : largest > 0 ? largest : 1);
    }

    /// <summary>Of which element of the result it is a derivative; null of a weighed sum.</summary>
    private int[]? ResultIndex(int i) => _derivatives.AreOfSum ? null : IndexOf(Row(i, _order), _result);

    /// <summary>Of which of the derivatives of some orders before it is a derivative.</summary>
    private int Row(int i, int orders) =>
        _derivatives.AreOfSum ? 0 : orders == 0 ? i : Row(i / _sizes.Length, orders - 1);

    /// <summary>By which elements of the inputs it is a derivative, the first one first.</summary>
    private GradientInput[] Inputs(int i)
    {
        var inputs = new GradientInput[_derivatives.AreOfSum ? 1 : _order];
        for (int k = inputs.Length - 1; k >= 0; k--)
        {
            (i, int element) = Math.DivRem(i, _sizes.Length);
            int input = 0;
            for (; element >= _x[input].Length; input++)
                element -= _x[input].Length;
            inputs[k] = new GradientInput(input, IndexOf(element, _x[input].Shape));
        }
        return inputs;
    }

    private static int[] IndexOf(int element, Shape shape)
    {
        var index = new int[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
            (element, index[axis]) = Math.DivRem(element, shape[axis]);
        return index;
    }
}
