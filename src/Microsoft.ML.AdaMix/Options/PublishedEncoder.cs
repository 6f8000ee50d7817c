namespace Microsoft.ML.AdaMix;

/// <summary>The encoders on which the authors of AdaMix trained.</summary>
public enum PublishedEncoder
{
    /// <summary>bert-base-uncased.</summary>
    BertBase,

    /// <summary>roberta-large.</summary>
    RobertaLarge,
}
