using System.Numerics;

namespace SimpleGrad;

/// <summary>What a tape asks about writes over the memory of its variables.</summary>
internal abstract class TapeWrites<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Gives a variable, for an operator of a name, the row that holds its value now.</summary>
    public abstract void BringUpToDate(Variable<T> variable, string user);

    /// <summary>The variable that an entry keeps, whose value must not have been written over since.</summary>
    /// <exception cref="InvalidOperationException">It was.</exception>
    public abstract Variable<T> KeptBy(int entry, int row);

    /// <summary>Forgets all: the tape is reset.</summary>
    public abstract void Clear();
}
