namespace Microsoft.ML.AdaMix.Checkpoints.Pickle;

/// <summary>
/// What Python 3.11 wrote of <c>{'model': {'w': six floats}}</c> beside one of each: set, frozenset, defaultdict(list), bytearray, complex,
/// Decimal, deque, slice, UUID, Fraction, SimpleNamespace, TrainingArguments with an enumeration, a class, a partial function, times,
/// range, path, Counter, an integer of 200 bits, and a dictionary with a tuple and None as keys.
/// </summary>
internal static class PythonPickles
{
    public static byte[] OfProtocol(int protocol) => Convert.FromBase64String(protocol == 2 ? Protocol2 : Protocol5);

    private const string Protocol2 =
        "gAJ9cQAoWAMAAABzZXRxAWNfX2J1aWx0aW5fXwpzZXQKcQJdcQMoSwFYAQAAAGFxBGWFcQVScQZYBgAAAGZyb3plbnEHY19fYnVpbHRpbl9fCmZyb3plbn"
        + "NldApxCF1xCUsBYYVxClJxC1gCAAAAZGRxDGNjb2xsZWN0aW9ucwpkZWZhdWx0ZGljdApxDWNfX2J1aWx0aW5fXwpsaXN0CnEOhXEPUnEQaARdcRFLAWFz"
        + "WAIAAABiYXESY19fYnVpbHRpbl9fCmJ5dGVhcnJheQpxE2NfY29kZWNzCmVuY29kZQpxFFgCAAAAeHlxFVgGAAAAbGF0aW4xcRaGcRdScRiFcRlScRpYAQ"
        + "AAAGNxG2NfX2J1aWx0aW5fXwpjb21wbGV4CnEcRz/wAAAAAAAAR0AAAAAAAAAAhnEdUnEeWAMAAABkZWNxH2NkZWNpbWFsCkRlY2ltYWwKcSBYAwAAADEu"
        + "NXEhhXEiUnEjWAIAAABkcXEkY2NvbGxlY3Rpb25zCmRlcXVlCnElKUsDhnEmUnEnKEsBSwJlWAIAAABzbHEoY19fYnVpbHRpbl9fCnNsaWNlCnEpSwFLAk"
        + "6HcSpScStYAgAAAGlkcSxjdXVpZApVVUlECnEtKYFxLn1xL1gDAAAAaW50cTBLBXNiWAIAAABmcnExY2ZyYWN0aW9ucwpGcmFjdGlvbgpxMksBSwOGcTNS"
        + "cTRYAgAAAG5zcTVjdHlwZXMKU2ltcGxlTmFtZXNwYWNlCnE2KVJxN31xOGgESwFzYlgCAAAAdGFxOWN0cmFuc2Zvcm1lcnMudHJhaW5pbmdfYXJncwpUcm"
        + "FpbmluZ0FyZ3VtZW50cwpxOimBcTt9cTwoWAIAAABscnE9Rz+5mZmZmZmaWAgAAABzdHJhdGVneXE+Y3RyYW5zZm9ybWVycy50cmFpbmVyX3V0aWxzCklu"
        + "dGVydmFsU3RyYXRlZ3kKcT9YAgAAAG5vcUCFcUFScUJYBQAAAG5hbWVzcUNoAl1xRGgEYYVxRVJxRnViWAMAAABjbHNxR2g6WAQAAABwYXJ0cUhjZnVuY3"
        + "Rvb2xzCnBhcnRpYWwKcUljX19idWlsdGluX18KbG9uZwpxSoVxS1JxTChoSil9cU1YBAAAAGJhc2VxTksCc050cU9iWAQAAAB3aGVucVBjZGF0ZXRpbWUK"
        + "ZGF0ZXRpbWUKcVFoFFgLAAAAB8OqAQEAAAAAAABxUmgWhnFTUnFUY2RhdGV0aW1lCnRpbWV6b25lCnFVY2RhdGV0aW1lCnRpbWVkZWx0YQpxVksASwBLAI"
        + "dxV1JxWIVxWVJxWoZxW1JxXFgCAAAAcmdxXWNfX2J1aWx0aW5fXwp4cmFuZ2UKcV5LAEsDSwGHcV9ScWBYBAAAAGtleXNxYX1xYihLAUsChnFjSwNOSwR1"
        + "WAQAAABwYXRocWRjcGF0aGxpYgpQdXJlUG9zaXhQYXRoCnFlWAEAAAAvcWZoBFgBAAAAYnFnh3FoUnFpWAMAAABiaWdxaooaAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAFYBwAAAGNvdW50ZXJxa2Njb2xsZWN0aW9ucwpDb3VudGVyCnFsfXFtKFgBAAAAYXFuSwJYAQAAAGJxb0sBdYVxcFJxcVgFAAAAbW9kZWxx"
        + "cn1xc1gBAAAAd3F0Y3RvcmNoLl91dGlscwpfcmVidWlsZF90ZW5zb3JfdjIKcXUoKFgHAAAAc3RvcmFnZXF2Y3RvcmNoCkZsb2F0U3RvcmFnZQpxd1gBAA"
        + "AAMHF4WAMAAABjcHVxeUsGdHF6UUsASwaFcXtLAYVxfIljY29sbGVjdGlvbnMKT3JkZXJlZERpY3QKcX0pUnF+dHF/UnGAc3Uu";

    private const string Protocol5 =
        "gAWV+AMAAAAAAAB9lCiMA3NldJSPlChLAYwBYZSQjAZmcm96ZW6UKEsBkZSMAmRklIwLY29sbGVjdGlvbnOUjAtkZWZhdWx0ZGljdJSTlIwIYnVpbHRpbn"
        + "OUjARsaXN0lJOUhZRSlGgDXZRLAWFzjAJiYZSWAgAAAAAAAAB4eZSMAWOUaAqMB2NvbXBsZXiUk5RHP/AAAAAAAABHQAAAAAAAAACGlFKUjANkZWOUjAdk"
        + "ZWNpbWFslIwHRGVjaW1hbJSTlIwDMS41lIWUUpSMAmRxlGgHjAVkZXF1ZZSTlClLA4aUUpQoSwFLAmWMAnNslGgKjAVzbGljZZSTlEsBSwJOh5RSlIwCaW"
        + "SUjAR1dWlklIwEVVVJRJSTlCmBlH2UjANpbnSUSwVzYowCZnKUjAlmcmFjdGlvbnOUjAhGcmFjdGlvbpSTlEsBSwOGlFKUjAJuc5SMBXR5cGVzlIwPU2lt"
        + "cGxlTmFtZXNwYWNllJOUKVKUfZRoA0sBc2KMAnRhlIwadHJhbnNmb3JtZXJzLnRyYWluaW5nX2FyZ3OUjBFUcmFpbmluZ0FyZ3VtZW50c5STlCmBlH2UKI"
        + "wCbHKURz+5mZmZmZmajAhzdHJhdGVneZSMGnRyYW5zZm9ybWVycy50cmFpbmVyX3V0aWxzlIwQSW50ZXJ2YWxTdHJhdGVneZSTlIwCbm+UhZRSlIwFbmFt"
        + "ZXOUj5QoaAOQdWKMA2Nsc5RoPowEcGFydJSMCWZ1bmN0b29sc5SMB3BhcnRpYWyUk5RoCowDaW50lJOUhZRSlChoUSl9lIwEYmFzZZRLAnNOdJRijAR3aG"
        + "VulIwIZGF0ZXRpbWWUjAhkYXRldGltZZSTlEMKB+oBAQAAAAAAAJRoWIwIdGltZXpvbmWUk5RoWIwJdGltZWRlbHRhlJOUSwBLAEsAh5RSlIWUUpSGlFKU"
        + "jAJyZ5RoCowFcmFuZ2WUk5RLAEsDSwGHlFKUjARrZXlzlH2UKEsBSwKGlEsDTksEdYwEcGF0aJSMB3BhdGhsaWKUjA1QdXJlUG9zaXhQYXRolJOUjAEvlG"
        + "gDjAFilIeUUpSMA2JpZ5SKGgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABjAdjb3VudGVylGgHjAdDb3VudGVylJOUfZQojAFhlEsCjAFilEsBdYWUUpSM"
        + "BW1vZGVslH2UjAF3lIwMdG9yY2guX3V0aWxzlIwSX3JlYnVpbGRfdGVuc29yX3YylJOUKCiMB3N0b3JhZ2WUjAV0b3JjaJSMDEZsb2F0U3RvcmFnZZSTlI"
        + "wBMJSMA2NwdZRLBnSUUUsASwaFlEsBhZSJaAeMC09yZGVyZWREaWN0lJOUKVKUdJRSlHN1Lg==";
}
