using System.Buffers.Binary;

namespace SimpleGrad.Fuzz;

/// <summary>Damage to any input.</summary>
internal static class Bytes
{
    private static readonly byte[] _odd = [0, 1, 9, 10, 13, 34, 39, 44, 45, 48, 57, 91, 123, 127, 128, 255];

    public static byte[] Damage(Random random, byte[] input, byte[] other, IReadOnlyList<byte[]> marks)
    {
        var bytes = new List<byte>(input);
        for (int times = random.Next(1, 5); times > 0; times--)
        {
            int at = random.Next(bytes.Count + 1), length = random.Next(1, 9);
            switch (random.Next(9))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = _odd[random.Next(_odd.Length)];
                    break;
                case 2:
                    bytes.Insert(at, _odd[random.Next(_odd.Length)]);
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(length, bytes.Count - at));
                    break;
                case 4:
                    bytes.InsertRange(at, [.. bytes.Skip(at).Take(length)]);
                    break;
                case 5 when marks.Count > 0:
                    bytes.InsertRange(at, marks[random.Next(marks.Count)]);
                    break;
                case 6:
                    int cut = random.Next(other.Length + 1);
                    bytes = [.. bytes.Take(at), .. other.Skip(cut)];
                    break;
                case 7 when at + sizeof(uint) <= bytes.Count:
                    byte[] word = new byte[sizeof(uint)];
                    BinaryPrimitives.WriteUInt32LittleEndian(word, random.Next(3) switch
                    {
                        0 => uint.MaxValue,
                        1 => int.MaxValue,
                        _ => (uint)random.Next(100_000),
                    });
                    bytes.RemoveRange(at, word.Length);
                    bytes.InsertRange(at, word);
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }
        return [.. bytes];
    }
}
