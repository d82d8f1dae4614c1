namespace SimpleGrad;
internal static class TensorPrinter { 
 internal static string Repr<T>(ReadOnlySpan<T> v, ReadOnlySpan<int> s) where T: unmanaged => string.Join(",", v.ToArray());
 internal static string Format<T>(ReadOnlySpan<T> v, ReadOnlySpan<int> s) where T: unmanaged => string.Join(",", v.ToArray());
 internal static string FormatNumber(double v)=>v.ToString();
}
