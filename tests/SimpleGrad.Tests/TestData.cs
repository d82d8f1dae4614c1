using System.Text.Json;

namespace SimpleGrad.Tests;

/// <summary>The data files that are copied beside the tests.</summary>
internal static class TestData
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Data", name);

    public static string[] Lines(string name) => File.ReadAllLines(PathOf(name));

    public static JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllText(PathOf(name))).RootElement;

    public static IEnumerable<JsonElement> JsonLines(string name) =>
        Lines(name).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement);

    public static T[] Numbers<T>(JsonElement array) where T : System.Numerics.INumberBase<T> =>
        [.. array.EnumerateArray().Select(item => T.CreateChecked(item.GetDouble()))];
}
