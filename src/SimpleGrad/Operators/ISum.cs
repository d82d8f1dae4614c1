namespace SimpleGrad;

/// <summary>A sum along axes, which can be the end of a kernel.</summary>
internal interface ISum
{
    /// <summary>Which axes of an input are summed.</summary>
    bool[] SummedAxes(Shape x);
}
