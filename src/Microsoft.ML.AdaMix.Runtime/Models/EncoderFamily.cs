namespace Microsoft.ML.AdaMix.Models;

/// <summary>Which network an encoder is. What each one is made of stands in its folder of <c>Families</c>.</summary>
internal enum EncoderFamily
{
    /// <summary>RoBERTa, and XLM-RoBERTa and CamemBERT, which are the same network.</summary>
    Roberta,

    /// <summary>BERT.</summary>
    Bert,

    /// <summary>DistilBERT: BERT without token types and pooler.</summary>
    DistilBert,

    /// <summary>ELECTRA's discriminator: BERT with a width of its own for embeddings and another head.</summary>
    Electra,

    /// <summary>MPNet: RoBERTa with a table of relative positions that all layers add to their scores.</summary>
    MPNet,

    /// <summary>ALBERT: BERT whose layers share their weights, with narrow embeddings.</summary>
    Albert,

    /// <summary>DeBERTa-v2 and -v3: attention reads content and relative positions apart.</summary>
    DebertaV2,

    /// <summary>ModernBERT: norms before, rotary positions, local attention, gated feed-forward.</summary>
    ModernBert,
}
