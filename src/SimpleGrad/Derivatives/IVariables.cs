using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A type that is made of variables, such as a record with the parameters of a model. Functions of it can be
/// differentiated as a whole: the gradient has the same type, with the gradient of each variable in its place.
/// </summary>
/// <remarks>
/// <see cref="VariablesAttribute"/> on a partial record writes the members; here they are written by hand.
/// </remarks>
/// <example>
/// <code>
/// record Line(Variable&lt;double&gt; Slope, Variable&lt;double&gt; Start) : IVariables&lt;Line, double&gt;
/// {
///     public Variable&lt;double&gt;[] Variables => [Slope, Start];
///     public Line With(Variable&lt;double&gt;[] variables) => new(variables[0], variables[1]);
/// }
/// </code>
/// </example>
/// <typeparam name="TSelf">The type itself.</typeparam>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IVariables<TSelf, T>
    where TSelf : IVariables<TSelf, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The variables, in an order that does not change.</summary>
    Variable<T>[] Variables { get; }

    /// <summary>
    /// The names of the variables, in the same order; of records with <see cref="VariablesAttribute"/> as they are
    /// written in C#, <c>Layers[1].Weight</c>.
    /// </summary>
    string[] Names => [.. Enumerable.Range(0, Variables.Length).Select(i => $"Variables[{i}]")];

    /// <summary>The same with other variables, which are as many, in the order of <see cref="Variables"/>.</summary>
    TSelf With(Variable<T>[] variables);
}
