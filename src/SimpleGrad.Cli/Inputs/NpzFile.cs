using System.IO.Compression;
using System.Numerics;

namespace SimpleGrad.Cli;

/// <summary>Reads a tensor from NumPy's .npz format: a zip archive with an .npy file for each array.</summary>
internal static class NpzFile
{
    private const string ArrayExtension = ".npy";

    // Deflate makes of one byte 1032 at most: an entry that claims more is damaged, and could ask for any memory.
    private const int MaxExpansion = 1032;

    /// <param name="path">The archive.</param>
    /// <param name="name">The name of the array; null for the only one.</param>
    public static Tensor<T> Read<T>(string path, string? name) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using FileStream file = InputFile.Open(path);
        return InputFile.Decode(path, () =>
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            ZipArchiveEntry entry = Find(archive, path, name);
            if (entry.Length > MaxExpansion * (entry.CompressedLength + 1))
                throw new InvalidDataException($"the length of '{entry.FullName}' is damaged.");
            using Stream stream = entry.Open();
            return NpyFile.Read<T>(stream, entry.Length);
        });
    }

    private static ZipArchiveEntry Find(ZipArchive archive, string path, string? name)
    {
        ZipArchiveEntry[] arrays = [.. archive.Entries.Where(
            entry => entry.FullName.EndsWith(ArrayExtension, StringComparison.Ordinal))];
        ZipArchiveEntry[] found = [.. arrays.Where(entry => name is null || NameOf(entry) == name)];
        if (found is [var only])
            return only;
        string names = $"Its arrays are '{string.Join("', '", arrays.Select(NameOf))}'";
        throw new MistakeException(
            arrays.Length == 0 ? $"The file '{path}' has no arrays."
            : name is null ? $"The file '{path}' has several arrays: write @{path}:NAME. {names}."
            : found.Length > 1 ? $"The file '{path}' has more than one array '{name}'."
            : $"The file '{path}' has no array '{name}'. {names}.");
    }

    private static string NameOf(ZipArchiveEntry entry) => entry.FullName[..^ArrayExtension.Length];
}
