using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad.Cli;

/// <summary>
/// A program whose every name and operator is known. It runs on variables of either number type, as often as wanted.
/// </summary>
/// <param name="Text">The text that it was bound from.</param>
/// <param name="Variables">The names of the variables that it is given.</param>
/// <param name="Locals">The values of the local variables, in order of declaration.</param>
/// <param name="Result">The result.</param>
internal sealed record BoundProgram(
    ProgramText Text, IReadOnlyList<string> Variables, IReadOnlyList<BoundNode> Locals, BoundNode Result)
{
    /// <summary>Computes the result.</summary>
    /// <param name="tape">Where the computation is recorded.</param>
    /// <param name="variables">The variables, in the order of <see cref="Variables"/>.</param>
    /// <exception cref="MistakeException">The library refused an operator; the message says where.</exception>
    public Variable<T> Run<T>(Tape<T> tape, IReadOnlyList<Variable<T>> variables)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var run = new ProgramRun<T>(Text, tape, variables);
        foreach (BoundNode local in Locals)
            run.Declare(local);
        return run.Evaluate(Result);
    }

    /// <summary>How many operators it applies.</summary>
    public int Operators => Locals.Append(Result).Sum(node => node.Operators);

    /// <exception cref="MistakeException">Its derivatives of an order are too many operators.</exception>
    public void RequireOrder(string option, int order, double most)
    {
        // The derivative of an operator is some three operators, and so is that of each of them.
        double operators = Math.Max(1, Operators) * Math.Pow(3, order);
        if (operators > most)
            throw new MistakeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{option} {order}: a program of {Operators} operators has some {operators:N0} in its derivatives of "
                + $"order {order}; there can be {most:N0}. Give a smaller {option}."));
    }

    /// <summary>Those of <see cref="Variables"/> that the program uses, in their order.</summary>
    public IReadOnlyList<string> UsedVariables
    {
        get
        {
            var used = new HashSet<int>();
            foreach (BoundNode local in Locals)
                local.CollectVariables(used);
            Result.CollectVariables(used);
            return [.. Variables.Where((_, i) => used.Contains(i))];
        }
    }
}

/// <summary>A part of a bound program.</summary>
/// <param name="Place">Where it stands in the text.</param>
internal abstract record BoundNode(TextSpan Place)
{
    /// <summary>What it is called in messages.</summary>
    public abstract string Kind { get; }

    /// <summary>Whether its value is a variable, known only when the program runs.</summary>
    public virtual bool IsVariable => false;

    /// <summary>The parts of this part.</summary>
    protected virtual IEnumerable<BoundNode?> Parts => [];

    /// <summary>How many operators it applies.</summary>
    public int Operators
    {
        get
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            return (this is BoundCall or BoundElement or BoundPart ? 1 : 0) + Parts.Sum(part => part?.Operators ?? 0);
        }
    }

    /// <summary>Adds the indices of all variables in it, locals too.</summary>
    public void CollectVariables(ISet<int> indices)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (this is BoundVariable variable)
            indices.Add(variable.Index);
        foreach (BoundNode? part in Parts)
            part?.CollectVariables(indices);
    }
}

/// <summary>A number that is known before the program runs.</summary>
/// <param name="Place">Where it stands in the text.</param>
/// <param name="Value">The number.</param>
/// <param name="IsWhole">Whether C# would see an integer, not a floating-point number.</param>
internal sealed record BoundNumber(TextSpan Place, double Value, bool IsWhole) : BoundNode(Place)
{
    public override string Kind => IsWhole ? "whole number" : "number";

    public bool IsInt => IsWhole && Value is >= int.MinValue and <= int.MaxValue;
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed record BoundTruth(TextSpan Place, bool Value) : BoundNode(Place)
{
    public override string Kind => "bool";
}

/// <summary>A list as an argument: <c>[a, b]</c>.</summary>
internal sealed record BoundList(TextSpan Place, IReadOnlyList<BoundNode> Items) : BoundNode(Place)
{
    public override string Kind => "list";

    protected override IEnumerable<BoundNode?> Parts => Items;
}

/// <summary>A variable that the program is given, or one of its locals: they are counted together.</summary>
internal sealed record BoundVariable(TextSpan Place, int Index) : BoundNode(Place)
{
    public override string Kind => "variable";

    public override bool IsVariable => true;
}

/// <summary>An operator with an argument for each parameter; null for a parameter's default.</summary>
internal sealed record BoundCall(TextSpan Place, OperatorSignature Signature, IReadOnlyList<BoundNode?> Arguments)
    : BoundNode(Place)
{
    public override string Kind => "variable";

    public override bool IsVariable => true;

    protected override IEnumerable<BoundNode?> Parts => Arguments;
}

/// <summary>An element of the first axis: <c>x[^1]</c>.</summary>
internal sealed record BoundElement(TextSpan Place, BoundNode Source, Index At) : BoundNode(Place)
{
    public override string Kind => "variable";

    public override bool IsVariable => true;

    protected override IEnumerable<BoundNode?> Parts => [Source];
}

/// <summary>A part of the leading axes: <c>x[1..3, ..^1]</c>.</summary>
internal sealed record BoundPart(TextSpan Place, BoundNode Source, Range[] Ranges) : BoundNode(Place)
{
    public override string Kind => "variable";

    public override bool IsVariable => true;

    protected override IEnumerable<BoundNode?> Parts => [Source];
}
