using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>Running products, of all elements before each one and, inclusive, of that one too.</summary>
internal unsafe struct ProductScan(bool exclusive) : IScan
{
    private RunningValue _product = new(1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(double* x, double* y, int count)
    {
        RunningValue product = _product;
        for (int i = 0; i < count; i++)
        {
            double before = product.Value;
            product.Multiply(x[i]);
            x[i] = exclusive ? before : product.Value;
        }
        _product = product;
    }
}
