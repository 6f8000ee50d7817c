using Microsoft.ML.Data;

namespace Microsoft.ML.AdaMix.Scoring;

/// <summary>Engines and cursors are for one thread at a time; two at once would get each other's results.</summary>
[TestClass]
public class ThreadGuardTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void An_engine_used_by_two_threads_at_once_throws_in_both_and_names_the_remedy() =>
        Assert.HasCount(3, LaterOfTwoAtOnce<TextScore>().Score);

    [TestMethod]
    public void Two_threads_throw_also_where_a_column_that_is_passed_on_is_read_first() =>
        Assert.AreEqual("later", LaterOfTwoAtOnce<PassedText>().Text);

    [TestMethod]
    public void An_engine_that_threads_use_one_after_the_other_works()
    {
        TextRow[] rows = Classifiers.Rows(20);
        AdaMixTransformer model = Classifiers.Transformer();
        using PredictionEngine<TextRow, TextScore> engine = _ml.Model.CreatePredictionEngine<TextRow, TextScore>(model);
        float[][] expected = Classifiers.Scores(model, rows);
        float[][] found = new float[rows.Length][];

        for (int i = 0; i < rows.Length; i++)
        {
            int row = i;
            Thread thread = new(() => found[row] = engine.Predict(rows[row]).Score);
            thread.Start();
            thread.Join();
        }

        Classifiers.AreClose(expected, found, 1e-5f);
    }

    [TestMethod]
    public void An_engine_under_a_lock_works_on_several_threads()
    {
        TextRow[] rows = Classifiers.Rows(100);
        AdaMixTransformer model = Classifiers.Transformer();
        using PredictionEngine<TextRow, TextScore> engine = _ml.Model.CreatePredictionEngine<TextRow, TextScore>(model);
        float[][] expected = Classifiers.Scores(model, rows);
        float[][] found = new float[rows.Length][];
        Lock one = new();

        Parallel.For(0, rows.Length, row =>
        {
            lock (one)
            {
                found[row] = engine.Predict(rows[row]).Score;
            }
        });

        Classifiers.AreClose(expected, found, 1e-5f);
    }

    [TestMethod]
    public void Engines_of_one_model_work_within_each_other()
    {
        AdaMixTransformer model = Classifiers.Transformer();
        using PredictionEngine<TextRow, TextScore> inner = _ml.Model.CreatePredictionEngine<TextRow, TextScore>(model);
        using PredictionEngine<TextRow, TextScore> outer = Engine<TextScore>(text => inner.Predict(new TextRow { Text = text }), model);

        Assert.HasCount(3, outer.Predict(new TextRow { Text = "abc" }).Score);
    }

    [TestMethod]
    public void A_row_that_two_threads_moved_to_is_read_by_neither_of_them_but_the_first()
    {
        ThreadGuard guard = new("two threads");
        guard.Leave(guard.Enter(0));
        guard.Leave(guard.Enter(1)); // another thread moved to 1 as well, and its text is there

        Assert.IsInstanceOfType<InvalidOperationException>(OnAnotherThread(() => guard.Enter(1)));
        Assert.IsNull(OnAnotherThread(() => guard.Leave(guard.Enter(2))));
        Assert.ThrowsExactly<InvalidOperationException>(() => guard.Enter(2));
    }

    [TestMethod]
    public void A_row_that_was_passed_over_is_a_sign_of_two_threads_only_where_two_were_seen_before()
    {
        ThreadGuard guard = new("two threads");
        guard.Leave(guard.Enter(0));
        guard.Leave(guard.Enter(2)); // a prediction that failed before its text was read
        Assert.IsNotNull(OnAnotherThread(() => guard.Enter(2)));

        Assert.ThrowsExactly<InvalidOperationException>(() => guard.Enter(4));
        guard.Leave(guard.Enter(5));
    }

    [TestMethod]
    public void Rows_that_all_have_one_number_may_be_read_by_several_threads()
    {
        ThreadGuard guard = new("two threads");
        guard.Leave(guard.Enter(0));

        Assert.IsNull(OnAnotherThread(() => guard.Leave(guard.Enter(0))));
    }

    [TestMethod]
    public void A_row_whose_reading_begins_in_its_middle_was_moved_to_by_the_other_thread()
    {
        MovingRow source = new();
        (Action number, Action text, Action score) = Getters(source);
        void Read(long position, params Action[] getters)
        {
            source.Move(position);
            Array.ForEach(getters, getter => getter());
        }

        Read(0, number, text, score);
        Read(1, text, score); // one thread alone may read as it likes
        Assert.IsNull(OnAnotherThread(() => Read(2, number, text, score)));
        Read(3, number, text);
        source.Move(4); // by the other thread, which has not read yet

        Assert.ThrowsExactly<InvalidOperationException>(score);
        Assert.IsInstanceOfType<InvalidOperationException>(OnAnotherThread(number));
        Assert.ThrowsExactly<InvalidOperationException>(text);
        Read(5, number, text, score);
    }

    [TestMethod]
    public void A_row_that_moves_on_while_a_column_is_read_was_moved_by_another_thread()
    {
        MovingRow source = new();
        (Action number, Action text, Action score) = Getters(source);
        Array.ForEach([number, text, score], getter => getter());
        source.Reading = () => source.Move(source.Position + 1);

        foreach (Action getter in (Action[])[number, text, score])
        {
            InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(getter);
            Assert.Contains("two threads at once", error.Message);
        }
    }

    [TestMethod]
    public void A_cursor_used_by_two_threads_at_once_throws_and_one_used_by_one_after_the_other_does_not()
    {
        using ManualResetEventSlim inside = new();
        using ManualResetEventSlim goOn = new();
        IEnumerable<TextRow> Rows()
        {
            yield return new TextRow { Text = "a" };
            yield return new TextRow { Text = "b" };
            inside.Set();
            goOn.Wait();
            yield return new TextRow { Text = "c" };
        }

        IDataView scored = Classifiers.Transformer().Transform(_ml.Data.LoadFromEnumerable(Rows()));
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Number"]]);
        Assert.IsTrue(cursor.MoveNext());
        Assert.IsNull(OnAnotherThread(() => Assert.IsTrue(cursor.MoveNext())));
        Exception? first = null;
        Thread thread = new(() => first = Catch(() => cursor.MoveNext()));
        thread.Start();
        inside.Wait();

        InvalidOperationException second = Assert.ThrowsExactly<InvalidOperationException>(() => cursor.MoveNext());
        goOn.Set();
        thread.Join();

        Assert.Contains("a cursor for each thread", second.Message);
        Assert.IsInstanceOfType<InvalidOperationException>(first);
    }

    // One prediction within another thread's, and one after both.
    private TScore LaterOfTwoAtOnce<TScore>()
        where TScore : class, new()
    {
        using ManualResetEventSlim inside = new();
        using ManualResetEventSlim goOn = new();
        using PredictionEngine<TextRow, TScore> engine = Engine<TScore>(text =>
        {
            if (text == "slow")
            {
                inside.Set();
                goOn.Wait();
            }
        });
        Exception? first = null;
        Thread thread = new(() => first = Catch(() => engine.Predict(new TextRow { Text = "slow" })));
        thread.Start();
        inside.Wait();

        Exception? second = Catch(() => engine.Predict(new TextRow { Text = "quick" }));
        goOn.Set();
        thread.Join();

        foreach (Exception? error in (Exception?[])[first, second])
        {
            Assert.IsInstanceOfType<InvalidOperationException>(error);
            Assert.Contains("PredictionEnginePool", error.Message);
        }

        return engine.Predict(new TextRow { Text = "later" });
    }

    private PredictionEngine<TextRow, TScore> Engine<TScore>(Action<string> before, AdaMixTransformer? model = null)
        where TScore : class, new()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Classifiers.Rows(1));
        ITransformer mapping = _ml.Transforms.CustomMapping<Mapped, Mapped>(
            (from, to) =>
            {
                before(from.Text);
                to.Text = from.Text;
            },
            null).Fit(rows);
        return _ml.Model.CreatePredictionEngine<TextRow, TScore>(
            new TransformerChain<ITransformer>(mapping, model ?? Classifiers.Transformer()));
    }

    // What reads two columns that are passed on and one that is scored.
    private static (Action Number, Action Text, Action Score) Getters(MovingRow source)
    {
        IRowToRowMapper mapper = ((ITransformer)Classifiers.Transformer()).GetRowToRowMapper(source.Schema);
        DataViewRow row = mapper.GetRow(source, mapper.OutputSchema);
        return (Read<int>("Number"), Read<ReadOnlyMemory<char>>("Text"), Read<VBuffer<float>>("Score"));

        Action Read<T>(string column)
        {
            ValueGetter<T> getter = row.GetGetter<T>(row.Schema[column]);
            return () =>
            {
                T value = default!;
                getter(ref value);
            };
        }
    }

    private static Exception? OnAnotherThread(Action action)
    {
        Exception? error = null;
        Thread thread = new(() => error = Catch(action));
        thread.Start();
        thread.Join();
        return error;
    }

    private static Exception? Catch(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private sealed class Mapped
    {
        public string Text { get; set; } = string.Empty;
    }

    private sealed class PassedText
    {
        public string Text { get; set; } = string.Empty;

        public float[] Score { get; set; } = [];
    }
}
