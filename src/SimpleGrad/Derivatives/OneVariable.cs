namespace SimpleGrad;

/// <remarks>
/// A variable is the simplest thing that is made of variables: what takes records of variables takes it too.
/// </remarks>
public sealed partial class Variable<T> : IVariables<Variable<T>, T>
{
    Variable<T>[] IVariables<Variable<T>, T>.Variables => [this];

    string[] IVariables<Variable<T>, T>.Names => [Name];

    Variable<T> IVariables<Variable<T>, T>.With(Variable<T>[] variables) => variables[0];
}
