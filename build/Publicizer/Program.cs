using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

// Usage: Publicizer OUTPUT_FOLDER ASSEMBLY... : writes a copy of each assembly in which types, methods and fields are public.
string folder = args[0];
Directory.CreateDirectory(folder);
foreach (string source in args.Skip(1))
{
    byte[] image = File.ReadAllBytes(source);
    Publicize(image);
    string target = Path.Combine(folder, Path.GetFileName(source));
    string temporary = Path.Combine(folder, Path.GetRandomFileName());
    File.WriteAllBytes(temporary, image);
    File.Move(temporary, target, overwrite: true);
}

static void Publicize(byte[] image)
{
    using PEReader pe = new(new MemoryStream(image, writable: false));
    MetadataReader metadata = pe.GetMetadataReader();
    int start = pe.PEHeaders.MetadataStartOffset;

    // TypeDef rows begin with 32 bits of flags; visibility is the lowest three.
    int types = start + metadata.GetTableMetadataOffset(TableIndex.TypeDef);
    foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
    {
        TypeAttributes flags = metadata.GetTypeDefinition(handle).Attributes;
        TypeAttributes open = (flags & TypeAttributes.VisibilityMask) > TypeAttributes.Public
            ? TypeAttributes.NestedPublic
            : TypeAttributes.Public;
        int row = types + ((MetadataTokens.GetRowNumber(handle) - 1) * metadata.GetTableRowSize(TableIndex.TypeDef));
        BitConverter.TryWriteBytes(image.AsSpan(row), (uint)((flags & ~TypeAttributes.VisibilityMask) | open));
    }

    // MethodDef rows: RVA (4), implementation flags (2), flags (2). Private members stay private: explicit interface implementations among
    // them.
    int methods = start + metadata.GetTableMetadataOffset(TableIndex.MethodDef);
    foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
    {
        MethodAttributes flags = metadata.GetMethodDefinition(handle).Attributes;
        if ((flags & MethodAttributes.MemberAccessMask) is MethodAttributes.Assembly or MethodAttributes.FamORAssem
            or MethodAttributes.FamANDAssem)
        {
            int row = methods + ((MetadataTokens.GetRowNumber(handle) - 1) * metadata.GetTableRowSize(TableIndex.MethodDef));
            BitConverter.TryWriteBytes(
                image.AsSpan(row + 6), (ushort)((flags & ~MethodAttributes.MemberAccessMask) | MethodAttributes.Public));
        }
    }

    // Field rows begin with 16 bits of flags.
    int fields = start + metadata.GetTableMetadataOffset(TableIndex.Field);
    foreach (FieldDefinitionHandle handle in metadata.FieldDefinitions)
    {
        FieldAttributes flags = metadata.GetFieldDefinition(handle).Attributes;
        if ((flags & FieldAttributes.FieldAccessMask) is FieldAttributes.Assembly or FieldAttributes.FamORAssem
            or FieldAttributes.FamANDAssem)
        {
            int row = fields + ((MetadataTokens.GetRowNumber(handle) - 1) * metadata.GetTableRowSize(TableIndex.Field));
            BitConverter.TryWriteBytes(image.AsSpan(row), (ushort)((flags & ~FieldAttributes.FieldAccessMask) | FieldAttributes.Public));
        }
    }
}
