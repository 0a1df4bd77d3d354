"""What the web role may do with every table there is and every table that will come. Used by the first migration."""

from django.conf import settings


def grants() -> str:
    """SQL run by the owner: the web role owns nothing and may only read and write rows."""
    web = f'"{settings.DATABASE_WEB_ROLE}"'
    return f"""
        GRANT USAGE ON SCHEMA public TO {web};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {web};
        GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {web};
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {web};
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {web};
        REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {web};
    """
