namespace Microsoft.ML.AdaMix.Exchange.AdapterHub;

/// <summary>Options of methods as the adapters library writes them where nobody set them, for folders that it shall read.</summary>
internal static class HubDefaults
{
    public const string Bottleneck = """
        {
          "mh_adapter": false, "output_adapter": true, "reduction_factor": 16, "non_linearity": "relu", "original_ln_before": false,
          "original_ln_after": true, "ln_before": false, "ln_after": false, "init_weights": "bert", "is_parallel": false, "scaling": 1.0,
          "use_gating": false, "residual_before_ln": true, "adapter_residual_before_ln": false, "inv_adapter": null,
          "inv_adapter_reduction_factor": null, "cross_adapter": false, "leave_out": [], "dropout": 0.0, "phm_layer": false, "phm_dim": 4,
          "factorized_phm_W": true, "shared_W_phm": false, "shared_phm_rule": true, "factorized_phm_rule": false, "phm_c_init": "normal",
          "phm_init_range": 0.0001, "learn_phm": true, "hypercomplex_nonlinearity": "glorot-uniform", "phm_rank": 1, "phm_bias": true,
          "stochastic_depth": 0.0
        }
        """;

    public const string Lora = """
        {
          "architecture": "lora", "selfattn_lora": true, "intermediate_lora": false, "output_lora": false, "leave_out": [], "r": 8,
          "alpha": 8, "dropout": 0.0, "attn_matrices": ["q", "v"], "composition_mode": "add", "init_weights": "lora", "use_gating": false
        }
        """;

    public const string Ia3 = """
        {
          "architecture": "lora", "selfattn_lora": true, "intermediate_lora": true, "output_lora": false, "leave_out": [], "r": 1,
          "alpha": 1, "dropout": 0.0, "attn_matrices": ["k", "v"], "composition_mode": "scale", "init_weights": "ia3", "use_gating": false
        }
        """;

    public const string Prefix = """
        {
          "architecture": "prefix_tuning", "encoder_prefix": true, "cross_prefix": true, "leave_out": [], "flat": true,
          "prefix_length": 30, "bottleneck_size": 512, "non_linearity": "tanh", "dropout": 0.0, "use_gating": false, "shared_gating": true
        }
        """;
}
