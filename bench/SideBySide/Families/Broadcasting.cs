using System.Numerics;

namespace SimpleGrad.Bench.SideBySide.Families;

internal static class Broadcasting<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Case> Cases()
    {
        var family = new Family<T>("broadcasting");
        foreach (int n in new[] { 32, 1024, 4096 })
        {
            Input matrix = Input.Signed(n, n), row = Input.Signed(n), column = Input.Signed(n, 1);
            family.Add("matrix + row", matrix, row, (a, b) => a + b, (a, b) => a + b, backward: true);
            family.Add("matrix * row", matrix, row, (a, b) => a * b, (a, b) => a * b, backward: true);
            family.Add("matrix + column", matrix, column, (a, b) => a + b, (a, b) => a + b, backward: true);
            family.Add("matrix * column", matrix, column, (a, b) => a * b, (a, b) => a * b, backward: true);
            family.Add("matrix * scalar", matrix, Input.Signed(), (a, b) => a * b, (a, b) => a * b, backward: true);
            family.Add("column * row", column, row, (a, b) => a * b, (a, b) => a * b, backward: true);
        }
        Input narrow = Input.Signed(1 << 20, 3), three = Input.Signed(3), tall = Input.Signed(1 << 20, 1);
        family.Add("narrow + row", narrow, three, (a, b) => a + b, (a, b) => a + b, backward: true);
        family.Add("narrow * row", narrow, three, (a, b) => a * b, (a, b) => a * b, backward: true);
        family.Add("narrow + column", narrow, tall, (a, b) => a + b, (a, b) => a + b, backward: true);
        Input cube = Input.Signed(64, 128, 128), middle = Input.Signed(64, 1, 128);
        family.Add("3-d, middle axis", cube, middle, (a, b) => a * b, (a, b) => a * b, backward: true);
        return family;
    }
}
