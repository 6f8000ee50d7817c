namespace Microsoft.ML.AdaMix.Models;

/// <summary>Which of the supported architectures an encoder is; the differences are embeddings, special tokens and head.</summary>
internal enum EncoderFamily
{
    /// <summary>RoBERTa: positions start after the padding id, one token type, head with its own dense layer.</summary>
    Roberta,

    /// <summary>BERT: positions start at 0, two token types, pooler followed by one linear layer.</summary>
    Bert,
}
