namespace Microsoft.ML.AdaMix;

/// <summary>Folders in which other libraries keep adapters.</summary>
public enum AdapterFormat
{
    /// <summary>Hugging Face's peft: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
    Peft,

    /// <summary>
    /// The adapters library of AdapterHub: <c>adapter_config.json</c> and <c>adapter.safetensors</c>, <c>head_config.json</c> and
    /// <c>model_head.safetensors</c>.
    /// </summary>
    AdapterHub,
}
