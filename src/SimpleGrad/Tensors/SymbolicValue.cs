namespace SimpleGrad;

/// <summary>What is said where the numbers of a traced value are asked for.</summary>
internal static class SymbolicValue
{
    /// <summary>An error that names the place in the user's program; there is time now.</summary>
    public static InvalidOperationException Read() => new(
        $"The value of a variable is read{UserPlace.OfCaller()} while its function is traced: there are only shapes "
        + "then, and the compiled function would hold on to what it saw. Branch on shapes, choose elements with "
        + "Variable.Where, or do not compile the function.");

    /// <summary>The same for indices that a function takes.</summary>
    public static InvalidOperationException ReadIndices(IndexSource source) => new(
        $"The indices '{source}' are read{UserPlace.OfCaller()} while their function is traced: they are others at "
        + "each call, and only their shape is known then. Operators take them as they are, and views of them; what "
        + "else is computed from them comes in as indices of its own, or the function is not compiled.");
}
