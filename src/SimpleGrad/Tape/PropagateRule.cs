using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// The propagate rule of an aggregate: from the gradients of the outputs, in the order in which they were declared,
/// to the gradients of the inputs. Null is a known zero, on both sides. The rule computes on variables, so it can be
/// differentiated itself.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="outputGradients">The gradient of each output, or null.</param>
/// <returns>The gradient of each input, or null.</returns>
public delegate Variable<T>?[] PropagateRule<T>(Variable<T>?[] outputGradients)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
