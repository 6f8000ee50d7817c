using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.ML.AdaMix.OptionDescriptions;

namespace Microsoft.ML.AdaMix.Tests.OptionDescriptions;

[TestClass]
public sealed partial class OptionDescriptionTests
{
    private static readonly XDocument Documentation = XDocument.Load(Path.ChangeExtension(typeof(AdaMixOptions).Assembly.Location, ".xml"));

    [TestMethod]
    [DynamicData(nameof(OptionTypes.Rows), typeof(OptionTypes))]
    public void Every_settable_property_is_described_and_can_be_set_only_at_creation_to_a_value_that_cannot_change(Type type)
    {
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.CanWrite))
        {
            string name = $"{type.Name}.{property.Name}";
            Assert.IsTrue(property.IsDefined(typeof(OptionAttribute)), $"{name} has no description");
            Type[] modifiers = property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers();
            Assert.Contains(typeof(IsExternalInit), modifiers, $"{name} can be set later");
            Assert.IsTrue(IsImmutable(property.PropertyType), $"{name} is a {property.PropertyType.Name}, which can change");
        }
    }

    [TestMethod]
    [DynamicData(nameof(OptionTypes.Rows), typeof(OptionTypes))]
    public void Exactly_the_options_that_can_be_null_say_what_null_means(Type type)
    {
        NullabilityInfoContext context = new();
        foreach (OptionDescription option in OptionDescription.For(type))
        {
            bool canBeNull = context.Create(type.GetProperty(option.Name)!).WriteState == NullabilityState.Nullable;
            Assert.AreEqual(canBeNull, option.WhenNull is not null, $"{type.Name}.{option.Name}");
        }
    }

    [TestMethod]
    public void Defaults_are_within_their_ranges()
    {
        foreach (object options in OptionTypes.Defaults)
        {
            OptionProblems problems = new();
            problems.RequireDescribed(options);
            Assert.IsNull(problems.Found, $"{options}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(OptionTypes.Rows), typeof(OptionTypes))]
    public void The_documentation_of_a_number_names_the_range_that_is_checked(Type type)
    {
        foreach (OptionDescription option in OptionDescription.For(type).Where(option => option.Range is { IsBounded: true }))
        {
            string name = $"P:{type.FullName}.{option.Name}";
            string text = Documentation.Descendants("member").Single(member => (string?)member.Attribute("name") == name).Value;
            StringAssert.Contains(text.Replace(",", string.Empty), option.Range!.ToString(), StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void A_default_in_the_documentation_is_the_one_that_a_new_object_has()
    {
        int compared = 0;
        foreach (Type type in OptionTypes.All)
        {
            object initial = Activator.CreateInstance(type)!;
            foreach (OptionDescription option in OptionDescription.For(type))
            {
                string name = $"P:{type.FullName}.{option.Name}";
                string text = Documentation.Descendants("member").Single(member => (string?)member.Attribute("name") == name).Value;
                if (WrittenDefault().Match(text) is { Success: true } written && option.Get(initial) is { } value)
                {
                    object documented = value is string ? written.Groups[1].Value.Trim('"')
                        : OptionText.Parse(option.Type, written.Groups[1].Value.Replace(",", string.Empty))!;
                    Assert.AreEqual(documented, value, name);
                    compared++;
                }
            }
        }

        Assert.IsGreaterThan(20, compared);
    }

    [TestMethod]
    public void Command_line_names_are_kebab_and_stand_for_one_thing()
    {
        // A template is given by its text, windows by what becomes of them.
        OptionDescription[] options = [.. OptionTypes.All.SelectMany(OptionDescription.For)
            .Where(option => option.Type != typeof(PromptTemplate) && option.Type != typeof(WindowOptions))];
        foreach (IGrouping<string, OptionDescription> same in options.GroupBy(option => option.CommandLineName))
        {
            Assert.MatchesRegex("^--[a-z][a-z0-9]*(-[a-z0-9]+)*$", same.Key);
            Assert.AreEqual(1, same.Select(option => (option.Name, option.Type)).Distinct().Count(), same.Key);
        }
    }

    [TestMethod]
    public void The_help_of_an_option_is_one_sentence()
    {
        foreach (OptionDescription option in OptionTypes.All.SelectMany(OptionDescription.For))
        {
            Assert.MatchesRegex(@"^[A-Z][^\n]{5,130}\.$", option.Help, option.Name);
        }
    }

    [TestMethod]
    [DataRow(1.0, 4096.0, false, false, "1 to 4096")]
    [DataRow(0.0, 1.0, false, true, "0 up to and without 1")]
    [DataRow(0.0, 1.0, true, false, "more than 0 and at most 1")]
    [DataRow(0.0, 1.0, true, true, "more than 0 and less than 1")]
    [DataRow(8.0, double.MaxValue, false, false, "8 or more")]
    [DataRow(0.0, double.PositiveInfinity, true, false, "more than 0")]
    [DataRow(double.MinValue, double.MaxValue, false, false, "a finite number")]
    public void A_range_reads_as_documentation_has_it(double min, double max, bool withoutMin, bool withoutMax, string expected) =>
        Assert.AreEqual(expected, new OptionRange(min, max, withoutMin, withoutMax).ToString());

    [TestMethod]
    public void A_range_holds_its_ends_unless_it_says_so_and_never_what_is_no_number()
    {
        OptionRange closed = new(0, 1, WithoutMin: false, WithoutMax: false);
        OptionRange open = new(0, 1, WithoutMin: true, WithoutMax: true);
        OptionRange unbounded = new(double.MinValue, double.MaxValue, WithoutMin: false, WithoutMax: false);
        OptionRange infinite = new(0, double.PositiveInfinity, WithoutMin: true, WithoutMax: false);
        Assert.IsTrue(closed.Contains(0) && closed.Contains(1) && !closed.Contains(1.1) && !closed.Contains(-0.1));
        Assert.IsTrue(open.Contains(0.5) && !open.Contains(0) && !open.Contains(1));
        Assert.IsTrue(unbounded.Contains(-1e300));
        Assert.IsFalse(unbounded.Contains(double.PositiveInfinity) || unbounded.Contains(double.NegativeInfinity));
        Assert.IsTrue(infinite.Contains(double.PositiveInfinity) && !infinite.Contains(0));
        Assert.IsFalse(new[] { closed, open, unbounded, infinite }.Any(range => range.Contains(double.NaN)));
    }

    private static bool IsImmutable(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        bool isValue = plain.IsPrimitive || plain.IsEnum || plain == typeof(string) || plain == typeof(Range)
            || plain == typeof(TimeSpan);
        bool isOption = plain == typeof(TuningMethod) || OptionTypes.All.Contains(plain); // whose own properties this test looks at
        return isValue || isOption || (plain.IsSealed && plain.GetProperties().All(property => !property.CanWrite));
    }

    // "Text", true, 0.98, 1e-8 or 10,000 behind the word.
    [GeneratedRegex("""\b[Dd]efault ("\w+"|true|false|-?[0-9](?:[0-9,.e-]*[0-9])?)""")]
    private static partial Regex WrittenDefault();
}
