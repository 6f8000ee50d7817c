namespace Microsoft.ML.AdaMix;

/// <summary>The tasks of the GLUE benchmark on which the authors of AdaMix trained.</summary>
public enum GlueTask
{
    /// <summary>Whether a sentence is grammatical.</summary>
    Cola,

    /// <summary>Entailment, three classes, pairs.</summary>
    Mnli,

    /// <summary>Paraphrase, pairs.</summary>
    Mrpc,

    /// <summary>Whether a sentence answers a question, pairs.</summary>
    Qnli,

    /// <summary>Whether two questions are the same, pairs.</summary>
    Qqp,

    /// <summary>Entailment, two classes, pairs.</summary>
    Rte,

    /// <summary>Sentiment of a sentence.</summary>
    Sst2,

    /// <summary>Similarity of two sentences, a regression.</summary>
    Stsb,
}
