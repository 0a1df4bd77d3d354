from django.db import migrations

# Functions that were made before; newer ones are made so by the operation Wall.
EACH = """
    DO $$
    DECLARE made regprocedure;
    BEGIN
        FOR made IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = 'public' AND left(p.proname, 11) = 'history_of_'
        LOOP
            EXECUTE replace(pg_get_functiondef(made), 'USING (id){}) j', 'USING (id){}) j');
            EXECUTE format('ALTER FUNCTION %s {}', made);
        END LOOP;
    END $$
"""
AFTER = EACH.format("", " OFFSET 0", "SET enable_nestloop = off")
BEFORE = EACH.format(" OFFSET 0", "", "RESET enable_nestloop")


class Migration(migrations.Migration):
    """A change of ten thousand rows is written down in a moment, not in minutes."""

    dependencies = [("programmes", "0012_rules_of_the_year")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
