namespace SimpleGrad;

/// <summary>
/// Makes of a partial record an <see cref="IVariables{TSelf, T}"/>: a generator in this package writes its members.
/// </summary>
/// <remarks>
/// Variables are the properties and fields of type <see cref="Variable{T}"/>, those of members that are such records
/// themselves, and the elements of arrays of either. Whatever else the record holds stays as it is, and so does what
/// is marked <see cref="FrozenAttribute"/>.
/// </remarks>
/// <example>
/// <code>
/// [Variables]
/// partial record Layer(Variable&lt;double&gt; Weight, Variable&lt;double&gt; Bias);
///
/// [Variables]
/// partial record Network(Layer[] Layers, [Frozen] Variable&lt;double&gt; Mean, double Rate);
///
/// Network network = new([new Layer(w, p)], Mean: y, Rate: 0.1); // Names: Layers[0].Weight, Layers[0].Bias
/// Network gradient = Derivatives.Grad&lt;Network, double&gt;(
///     n =&gt; (n.Layers[0].Weight - n.Mean).Square().Sum(), network);
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class VariablesAttribute : Attribute;
