using System.Text.Json;

namespace Microsoft.ML.AdaMix.Models.Families;

/// <summary>The values of a <c>config.json</c>. What is out of range or refused is an error that names file and key.</summary>
internal interface IConfigValues
{
    /// <summary>A value as it stands there; null if it is missing or null.</summary>
    JsonElement? this[string key] { get; }

    string? Text(string key, string? otherwise);

    /// <summary>Whether it is true; <paramref name="otherwise"/> where it is missing.</summary>
    bool Flag(string key, bool otherwise = false);

    /// <summary>A whole number; where <paramref name="otherwise"/> is null it has to be there.</summary>
    int Whole(string key, int? otherwise, int least, int most);

    double Number(string key, double otherwise, double least, double most);

    Activation Activation(string key, string otherwise);

    /// <summary>Refuses what is not supported.</summary>
    void Refuse(bool condition, string why);
}
