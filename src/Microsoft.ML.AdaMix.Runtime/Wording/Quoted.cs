namespace Microsoft.ML.AdaMix.Wording;

/// <summary>Texts of users in messages: in quotes, and only their beginning where they are long, so that the reason can be found.</summary>
internal static class Quoted
{
    private const int Longest = 100;

    public static string Of(string text) => text.Length <= Longest ? $"'{text}'" : $"'{text[..Longest]}...'";
}
