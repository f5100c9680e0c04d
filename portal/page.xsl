<?xml version="1.0" encoding="UTF-8"?>
<!-- A page model (wsdl/page.xsd) as HTML: landmarks, one h1, labels bound, errors beside their fields and summed up on top.

     Parameters: lang "sl" or "en", csrf, path, and the portal's words (portal/words.h), each as "w-name".
     Ids come from places: "b3" is the third thing of the page, "b3-4-2" the second thing of the fourth thing in it. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:p="urn:esodstvo:page:1" exclude-result-prefixes="p">
	<xsl:output method="xml" encoding="UTF-8" indent="no"/>

	<xsl:param name="lang"/>
	<xsl:param name="csrf"/>
	<xsl:param name="path"/>
	<xsl:param name="w-skip"/>
	<xsl:param name="w-language"/>
	<xsl:param name="w-login"/>
	<xsl:param name="w-logged_in"/>
	<xsl:param name="w-in_group"/>
	<xsl:param name="w-menu"/>
	<xsl:param name="w-change_group"/>
	<xsl:param name="w-log_out"/>
	<xsl:param name="w-info"/>
	<xsl:param name="w-warning"/>
	<xsl:param name="w-done"/>
	<xsl:param name="w-error"/>
	<xsl:param name="w-errors"/>
	<xsl:param name="w-required"/>
	<xsl:param name="w-chosen_file"/>
	<xsl:param name="w-pem_file"/>
	<xsl:param name="w-open"/>
	<xsl:param name="w-links"/>
	<xsl:param name="w-no_records"/>
	<xsl:param name="w-mark_confirm"/>
	<xsl:param name="w-mark_refuse"/>
	<xsl:param name="w-mark_delete"/>

	<xsl:variable name="page" select="/p:page"/>
	<xsl:variable name="asks" select="$page/@case and $page/@finished != 'true' and ($page/p:button or $page/p:list/p:record/p:button)"/>
	<xsl:variable name="erroneous" select="$page/p:field[p:error] | $page/p:choice[p:error] | $page/p:list/p:record/p:field[p:error]"/>
	<!-- portal/model.c has the same list -->
	<xsl:variable name="direction" select="'&#x61C;&#x200E;&#x200F;&#x202A;&#x202B;&#x202C;&#x202D;&#x202E;&#x2066;&#x2067;&#x2068;&#x2069;'"/>
	<xsl:variable name="shown" select="'&#xFFFD;&#xFFFD;&#xFFFD;&#xFFFD;&#xFFFD;&#xFFFD;&#xFFFD;&#xFFFD;&#xFFFD;&#xFFFD;&#xFFFD;&#xFFFD;'"/>

	<!-- ==== texts ==== -->

	<!-- sl or en of the context node -->
	<xsl:template name="text">
		<xsl:choose>
			<xsl:when test="$lang = 'en'"><xsl:value-of select="translate(p:en, $direction, $shown)"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="translate(p:sl, $direction, $shown)"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- the same, of foreign origin: its direction of writing does not reach its neighbours -->
	<xsl:template name="foreign">
		<bdi><xsl:call-template name="text"/></bdi>
	</xsl:template>

	<xsl:template match="p:title | p:label | p:hint | p:error" mode="text">
		<xsl:call-template name="text"/>
	</xsl:template>

	<xsl:template name="kind">
		<xsl:choose>
			<xsl:when test="@kind = 'warning'"><xsl:value-of select="$w-warning"/></xsl:when>
			<xsl:when test="@kind = 'done'"><xsl:value-of select="$w-done"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="$w-info"/></xsl:otherwise>
		</xsl:choose>
	</xsl:template>

	<!-- ==== the page ==== -->

	<xsl:template match="/">
		<html lang="{$lang}">
			<head>
				<title>
					<xsl:if test="$erroneous"><xsl:value-of select="concat($w-error, ' ')"/></xsl:if>
					<xsl:apply-templates select="$page/p:title" mode="text"/>
					<xsl:if test="$page/p:title/p:sl != 'Portal eSodstvo'"> – Portal eSodstvo</xsl:if>
				</title>
				<meta name="viewport" content="width=device-width, initial-scale=1"/>
				<meta name="color-scheme" content="light dark"/>
				<link rel="stylesheet" href="/style.css"/>
				<link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
			</head>
			<body>
				<a class="skip" href="#main"><xsl:value-of select="$w-skip"/></a>
				<xsl:call-template name="header"/>
				<main id="main" tabindex="-1"><xsl:apply-templates select="$page"/></main>
			</body>
		</html>
	</xsl:template>

	<!-- FZ 3.1.5, 4.4.3 -->
	<xsl:template name="header">
		<header>
			<div class="brand">
				<a href="/" lang="sl">Portal eSodstvo</a>
				<nav class="language" aria-label="{$w-language}">
					<xsl:choose>
						<xsl:when test="$lang = 'en'"><a href="{$path}?lang=sl" lang="sl" hreflang="sl">Slovenščina</a></xsl:when>
						<xsl:otherwise><a href="{$path}?lang=en" lang="en" hreflang="en">English</a></xsl:otherwise>
					</xsl:choose>
				</nav>
			</div>
			<xsl:apply-templates select="$page/p:login"/>
		</header>
	</xsl:template>

	<xsl:template match="p:login">
		<section class="login" aria-label="{$w-login}">
			<p>
				<xsl:value-of select="concat($w-logged_in, ' ')"/>
				<strong><bdi><xsl:value-of select="translate(p:name, $direction, $shown)"/></bdi></strong>
			</p>
			<p>
				<xsl:value-of select="concat($w-in_group, ' ')"/>
				<strong><xsl:for-each select="p:group"><xsl:call-template name="foreign"/></xsl:for-each></strong>
				<xsl:text> </xsl:text>
				<xsl:for-each select="p:role"><xsl:call-template name="foreign"/></xsl:for-each>
			</p>
			<div class="session">
				<a href="/menu"><xsl:value-of select="$w-menu"/></a>
				<xsl:call-template name="procedure">
					<xsl:with-param name="to" select="'vs301'"/>
					<xsl:with-param name="label" select="$w-change_group"/>
				</xsl:call-template>
				<xsl:call-template name="procedure">
					<xsl:with-param name="to" select="'vs302'"/>
					<xsl:with-param name="label" select="$w-log_out"/>
				</xsl:call-template>
			</div>
		</section>
	</xsl:template>

	<!-- begins a procedure: changes state, so it is sent, not linked to -->
	<xsl:template name="procedure">
		<xsl:param name="to"/>
		<xsl:param name="label"/>
		<form class="procedure" method="post" action="/procedure/{$to}">
			<input type="hidden" name="csrf" value="{$csrf}"/>
			<button class="link"><xsl:copy-of select="$label"/></button>
		</form>
	</xsl:template>

	<xsl:template match="p:page">
		<h1><xsl:apply-templates select="p:title" mode="text"/></h1>
		<xsl:call-template name="errors"/>
		<xsl:apply-templates select="p:notice"/>
		<xsl:choose>
			<xsl:when test="$asks">
				<form class="page" method="post" enctype="multipart/form-data" action="/case/{@case}" novalidate="novalidate">
					<input type="hidden" name="csrf" value="{$csrf}"/>
					<input type="hidden" name="version" value="{@version}"/>
					<xsl:call-template name="enter"/>
					<xsl:call-template name="body"/>
					<xsl:variable name="turning" select="p:button[starts-with(@name, 'page.')]"/>
					<xsl:if test="$turning"><div class="buttons pages"><xsl:apply-templates select="$turning"/></div></xsl:if>
					<div class="buttons"><xsl:apply-templates select="p:button[not(starts-with(concat(@name, '.'), 'filter.') or starts-with(@name, 'page.'))]"/></div>
				</form>
			</xsl:when>
			<xsl:otherwise><xsl:call-template name="body"/></xsl:otherwise>
		</xsl:choose>
		<xsl:if test="p:link">
			<nav class="links" aria-label="{$w-links}"><ul><xsl:apply-templates select="p:link"/></ul></nav>
		</xsl:if>
	</xsl:template>

	<!-- the filter above what it filters, with its buttons (FZ 3.3.5, 3.3.7) -->
	<xsl:template name="body">
		<xsl:if test="$asks and p:button[@name = 'filter']">
			<xsl:for-each select="*">
				<xsl:if test="starts-with(@name, 'filter.')">
					<xsl:apply-templates select="self::p:choice | self::p:field"><xsl:with-param name="id" select="concat('b', position())"/></xsl:apply-templates>
				</xsl:if>
			</xsl:for-each>
			<div class="buttons"><xsl:apply-templates select="p:button[starts-with(concat(@name, '.'), 'filter.')]"/></div>
		</xsl:if>
		<xsl:for-each select="*">
			<xsl:if test="not($asks and $page/p:button[@name = 'filter'] and starts-with(@name, 'filter.'))">
				<xsl:apply-templates select="self::p:text | self::p:facts | self::p:list | self::p:choice | self::p:field">
					<xsl:with-param name="id" select="concat('b', position())"/>
				</xsl:apply-templates>
			</xsl:if>
		</xsl:for-each>
	</xsl:template>

	<!-- What the key Enter presses is the form's first button that is not disabled: the step's own, where it only goes on or
	     carries out what was marked before, or one that does nothing, as method "dialog" is for forms in a dialog
	     (HTML 4.10.22.3). Where a list is filtered it searches: filter and list are one form, so that what is typed
	     beside a record goes along. Out of sight: the same button stands below. -->
	<xsl:template name="enter">
		<xsl:variable name="filters" select="p:button[@name = 'filter']"/>
		<xsl:variable name="goes-on" select="$filters | p:button[not($filters)][@name = 'next' or @name = 'preview' or @name = 'confirm' or @name = 'execute' or @name = 'login'][1]"/>
		<button class="enter" tabindex="-1" aria-hidden="true">
			<xsl:choose>
				<xsl:when test="$goes-on">
					<xsl:attribute name="name">button</xsl:attribute>
					<xsl:attribute name="value"><xsl:value-of select="$goes-on/@name"/></xsl:attribute>
				</xsl:when>
				<xsl:otherwise><xsl:attribute name="formmethod">dialog</xsl:attribute></xsl:otherwise>
			</xsl:choose>
		</button>
	</xsl:template>

	<xsl:template name="errors">
		<xsl:if test="$erroneous">
			<div class="errors" role="alert" aria-labelledby="errors" tabindex="-1" autofocus="autofocus">
				<h2 id="errors"><xsl:value-of select="$w-errors"/></h2>
				<ul>
					<xsl:for-each select="$erroneous">
						<xsl:variable name="place"><xsl:apply-templates select="." mode="place"/></xsl:variable>
						<li>
							<a href="#{$place}">
								<xsl:apply-templates select="p:label" mode="text"/>
								<xsl:for-each select="parent::p:record"> (<xsl:call-template name="foreign"/>)</xsl:for-each>
							</a>
							<xsl:variable name="label"><xsl:apply-templates select="p:label" mode="text"/></xsl:variable>
							<!-- some labels are sentences -->
							<xsl:if test="parent::p:record or not(contains('.:?', substring($label, string-length($label))))">:</xsl:if>
							<xsl:text> </xsl:text>
							<xsl:apply-templates select="p:error" mode="text"/>
						</li>
					</xsl:for-each>
				</ul>
			</div>
		</xsl:if>
	</xsl:template>

	<!-- the ids that `body` and p:record give out, found from below -->
	<xsl:template match="p:page/*" mode="place">
		<xsl:value-of select="concat('b', count(preceding-sibling::*) + 1)"/>
		<xsl:if test="self::p:choice">-1</xsl:if>
	</xsl:template>
	<xsl:template match="p:record/p:field" mode="place">
		<xsl:value-of select="concat('b', count(../../preceding-sibling::*) + 1, '-', count(../preceding-sibling::p:record) + 1, '-', count(preceding-sibling::*) + 1)"/>
	</xsl:template>

	<!-- ==== what is said ==== -->

	<xsl:template match="p:notice">
		<div class="notice {@kind}" data-code="{@code}">
			<xsl:attribute name="role">
				<xsl:choose><xsl:when test="@kind = 'warning'">alert</xsl:when><xsl:otherwise>status</xsl:otherwise></xsl:choose>
			</xsl:attribute>
			<p><strong><xsl:call-template name="kind"/></strong><xsl:text> </xsl:text><xsl:call-template name="text"/></p>
		</div>
	</xsl:template>

	<xsl:template match="p:text">
		<p class="text {@kind}" data-code="{@code}">
			<xsl:if test="@kind != 'info'"><strong><xsl:call-template name="kind"/></strong><xsl:text> </xsl:text></xsl:if>
			<xsl:call-template name="text"/>
		</p>
	</xsl:template>

	<!-- ==== what is shown ==== -->

	<xsl:template match="p:facts">
		<xsl:param name="heading" select="'h2'"/>
		<div class="facts">
			<xsl:if test="p:label"><xsl:element name="{$heading}"><xsl:apply-templates select="p:label" mode="text"/></xsl:element></xsl:if>
			<xsl:if test="p:fact"><dl><xsl:apply-templates select="p:fact"/></dl></xsl:if>
		</div>
	</xsl:template>

	<xsl:template match="p:fact | p:parameter">
		<xsl:variable name="href"><xsl:call-template name="href"/></xsl:variable>
		<div>
			<dt><xsl:apply-templates select="p:label" mode="text"/></dt>
			<dd>
				<xsl:choose>
					<xsl:when test="string($href)">
						<a href="{$href}">
							<xsl:value-of select="concat($w-open, ' ')"/>
							<xsl:for-each select="p:value[p:sl != ''] | p:label[not(../p:value/p:sl != '')]"><xsl:call-template name="foreign"/></xsl:for-each>
						</a>
					</xsl:when>
					<xsl:otherwise><xsl:for-each select="p:value"><xsl:call-template name="foreign"/></xsl:for-each></xsl:otherwise>
				</xsl:choose>
			</dd>
		</div>
	</xsl:template>

	<xsl:template match="p:list">
		<xsl:param name="id"/>
		<div class="list">
			<h2><xsl:apply-templates select="p:label" mode="text"/></h2>
			<xsl:if test="p:parameter"><dl class="parameters"><xsl:apply-templates select="p:parameter"/></dl></xsl:if>
			<xsl:choose>
				<xsl:when test="p:record">
					<ul>
						<xsl:apply-templates select="p:record"><xsl:with-param name="id" select="$id"/></xsl:apply-templates>
					</ul>
				</xsl:when>
				<xsl:otherwise><p class="empty"><xsl:value-of select="$w-no_records"/></p></xsl:otherwise>
			</xsl:choose>
		</div>
	</xsl:template>

	<xsl:template match="p:record">
		<li><xsl:call-template name="foreign"/></li>
	</xsl:template>

	<!-- a record with more than its line is a group of its own, so that "Confirm" says whom -->
	<xsl:template match="p:record[@mark or p:text or p:facts or p:field or p:button]">
		<xsl:param name="id"/>
		<xsl:variable name="own" select="concat($id, '-', position())"/>
		<li>
			<div class="record" role="group" aria-labelledby="{$own}-name">
				<h3 id="{$own}-name"><xsl:call-template name="foreign"/></h3>
				<xsl:apply-templates select="@mark"/>
				<xsl:for-each select="*">
					<xsl:apply-templates select="self::p:text | self::p:facts | self::p:field | self::p:button">
						<xsl:with-param name="id" select="concat($own, '-', position())"/>
						<xsl:with-param name="heading" select="'h4'"/>
						<xsl:with-param name="of" select="concat($own, '-name')"/>
					</xsl:apply-templates>
				</xsl:for-each>
			</div>
		</li>
	</xsl:template>

	<xsl:template match="p:record/@mark"/>
	<xsl:template match="p:record/@mark[. = 'confirm']"><p class="mark confirm"><xsl:value-of select="$w-mark_confirm"/></p></xsl:template>
	<xsl:template match="p:record/@mark[. = 'refuse']"><p class="mark refuse"><xsl:value-of select="$w-mark_refuse"/></p></xsl:template>
	<xsl:template match="p:record/@mark[. = 'delete']"><p class="mark delete"><xsl:value-of select="$w-mark_delete"/></p></xsl:template>

	<!-- ==== what is asked for ==== -->

	<xsl:template match="p:error">
		<xsl:param name="id"/>
		<p class="error" id="{$id}-error" data-code="{@code}">
			<strong><xsl:value-of select="$w-error"/></strong>
			<xsl:text> </xsl:text>
			<xsl:call-template name="text"/>
		</p>
	</xsl:template>

	<xsl:template match="p:choice">
		<xsl:param name="id"/>
		<fieldset class="choice" aria-labelledby="{$id}-label">
			<xsl:if test="p:error"><xsl:attribute name="class">choice wrong</xsl:attribute></xsl:if>
			<xsl:if test="@many != 'true'"><xsl:attribute name="role">radiogroup</xsl:attribute></xsl:if>
			<xsl:if test="p:error">
				<xsl:attribute name="aria-describedby"><xsl:value-of select="concat($id, '-error')"/></xsl:attribute>
				<xsl:if test="@many != 'true'"><xsl:attribute name="aria-invalid">true</xsl:attribute></xsl:if>
			</xsl:if>
			<legend id="{$id}-label"><xsl:apply-templates select="p:label" mode="text"/></legend>
			<xsl:apply-templates select="p:error"><xsl:with-param name="id" select="$id"/></xsl:apply-templates>
			<xsl:apply-templates select="p:option"><xsl:with-param name="id" select="$id"/></xsl:apply-templates>
		</fieldset>
	</xsl:template>

	<xsl:template match="p:option">
		<xsl:param name="id"/>
		<xsl:variable name="own" select="concat($id, '-', position())"/>
		<div class="option">
			<input id="{$own}" name="{../@name}" value="{@value}">
				<xsl:attribute name="type">
					<xsl:choose><xsl:when test="../@many = 'true'">checkbox</xsl:when><xsl:otherwise>radio</xsl:otherwise></xsl:choose>
				</xsl:attribute>
				<xsl:if test="@checked = 'true'"><xsl:attribute name="checked">checked</xsl:attribute></xsl:if>
				<xsl:if test="../p:error and ../@many = 'true'"><xsl:attribute name="aria-invalid">true</xsl:attribute></xsl:if>
			</input>
			<label for="{$own}"><xsl:call-template name="foreign"/></label>
		</div>
	</xsl:template>

	<xsl:template match="p:field">
		<xsl:param name="id"/>
		<div class="field">
			<xsl:if test="p:error"><xsl:attribute name="class">field wrong</xsl:attribute></xsl:if>
			<label for="{$id}">
				<xsl:apply-templates select="p:label" mode="text"/>
				<xsl:if test="@required = 'true'">
					<xsl:text> </xsl:text>
					<span class="required"><xsl:value-of select="$w-required"/></span>
				</xsl:if>
			</label>
			<xsl:if test="p:hint"><p class="hint" id="{$id}-hint"><xsl:apply-templates select="p:hint" mode="text"/></p></xsl:if>
			<xsl:apply-templates select="p:error"><xsl:with-param name="id" select="$id"/></xsl:apply-templates>
			<xsl:apply-templates select="." mode="control"><xsl:with-param name="id" select="$id"/></xsl:apply-templates>
		</div>
	</xsl:template>

	<xsl:template name="control">
		<xsl:param name="id"/>
		<xsl:attribute name="id"><xsl:value-of select="$id"/></xsl:attribute>
		<xsl:attribute name="name"><xsl:value-of select="@name"/></xsl:attribute>
		<!-- instead of a text in PEM form a file will do -->
		<xsl:if test="@required = 'true' and @type != 'pem'"><xsl:attribute name="required">required</xsl:attribute></xsl:if>
		<xsl:if test="p:error"><xsl:attribute name="aria-invalid">true</xsl:attribute></xsl:if>
		<xsl:if test="p:hint or p:error">
			<xsl:attribute name="aria-describedby">
				<xsl:if test="p:hint"><xsl:value-of select="concat($id, '-hint')"/></xsl:if>
				<xsl:if test="p:hint and p:error"><xsl:text> </xsl:text></xsl:if>
				<xsl:if test="p:error"><xsl:value-of select="concat($id, '-error')"/></xsl:if>
			</xsl:attribute>
		</xsl:if>
	</xsl:template>

	<xsl:template match="p:field" mode="control">
		<xsl:param name="id"/>
		<input type="text">
			<xsl:call-template name="control"><xsl:with-param name="id" select="$id"/></xsl:call-template>
			<xsl:if test="@type = 'number'"><xsl:attribute name="inputmode">numeric</xsl:attribute></xsl:if>
			<xsl:attribute name="value"><xsl:value-of select="p:value"/></xsl:attribute>
		</input>
	</xsl:template>

	<xsl:template match="p:field[@type = 'pem' or @type = 'uri-list']" mode="control">
		<xsl:param name="id"/>
		<textarea class="{@type}" rows="4" spellcheck="false" autocomplete="off" autocapitalize="off">
			<xsl:if test="@type = 'pem'"><xsl:attribute name="rows">12</xsl:attribute></xsl:if>
			<xsl:call-template name="control"><xsl:with-param name="id" select="$id"/></xsl:call-template>
			<!-- HTML drops the first line break of a textarea -->
			<xsl:text>&#10;</xsl:text>
			<xsl:value-of select="p:value"/>
		</textarea>
		<xsl:if test="@type = 'pem'">
			<label for="{$id}-file"><xsl:value-of select="$w-pem_file"/></label>
			<input type="file" id="{$id}-file" name="{@name}.file" accept=".pem,.crt,.cer">
				<xsl:if test="p:error">
					<xsl:attribute name="aria-invalid">true</xsl:attribute>
					<xsl:attribute name="aria-describedby"><xsl:value-of select="concat($id, '-error')"/></xsl:attribute>
				</xsl:if>
			</input>
		</xsl:if>
	</xsl:template>

	<xsl:template match="p:field[@type = 'file']" mode="control">
		<xsl:param name="id"/>
		<xsl:if test="p:value != ''">
			<p class="chosen"><xsl:value-of select="concat($w-chosen_file, ' ')"/><bdi><xsl:value-of select="translate(p:value, $direction, $shown)"/></bdi></p>
		</xsl:if>
		<input type="file" accept="application/pdf,.pdf">
			<xsl:call-template name="control"><xsl:with-param name="id" select="$id"/></xsl:call-template>
		</input>
	</xsl:template>

	<!-- ==== what can be done ==== -->

	<xsl:template match="p:button">
		<xsl:param name="of"/>
		<xsl:variable name="verb" select="substring-before(concat(@name, '.'), '.')"/>
		<xsl:if test="$asks">
			<button name="button" value="{@name}">
				<xsl:attribute name="class">
					<xsl:choose>
						<xsl:when test="@name = 'filter.clear' or $verb = 'cancel' or $verb = 'back' or $verb = 'change' or $verb = 'undo' or $verb = 'page'">minor</xsl:when>
						<xsl:when test="$verb = 'delete' or $verb = 'refuse' or $verb = 'reject' or $verb = 'leave'">grave</xsl:when>
						<xsl:otherwise>major</xsl:otherwise>
					</xsl:choose>
				</xsl:attribute>
				<xsl:if test="$of"><xsl:attribute name="aria-describedby"><xsl:value-of select="$of"/></xsl:attribute></xsl:if>
				<xsl:call-template name="text"/>
			</button>
		</xsl:if>
	</xsl:template>

	<!-- where the context's @to leads; empty: nowhere -->
	<xsl:template name="href">
		<xsl:variable name="kind" select="substring-before(@to, '/')"/>
		<xsl:variable name="number" select="substring-after(@to, '/')"/>
		<xsl:choose>
			<xsl:when test="@to = 'entry'">/</xsl:when>
			<xsl:when test="@to = 'pdf' and $page/@case"><xsl:value-of select="concat('/case/', $page/@case, '.pdf')"/></xsl:when>
			<xsl:when test="@to = 'menu'">/menu</xsl:when>
			<xsl:when test="($kind = 'application' or $kind = 'case') and $number != '' and translate($number, '0123456789', '') = ''">
				<xsl:value-of select="concat('/', @to)"/>
			</xsl:when>
			<xsl:when test="$kind = 'record' and $number != '' and translate($number, '0123456789', '') = ''">
				<xsl:value-of select="concat('/', @to, '.zip')"/>
			</xsl:when>
		</xsl:choose>
	</xsl:template>

	<xsl:template match="p:link">
		<xsl:variable name="href"><xsl:call-template name="href"/></xsl:variable>
		<li>
			<xsl:choose>
				<xsl:when test="string($href)"><a href="{$href}"><xsl:call-template name="text"/></a></xsl:when>
				<xsl:otherwise><xsl:call-template name="text"/></xsl:otherwise>
			</xsl:choose>
		</li>
	</xsl:template>

	<xsl:template match="p:link[@to = 'calls' or @to = 'cases' or @to = 'certificates' or
		(starts-with(@to, 'vs') and string-length(@to) = 5 and translate(substring(@to, 3), '0123456789', '') = '')]">
		<li>
			<xsl:call-template name="procedure">
				<xsl:with-param name="to" select="@to"/>
				<xsl:with-param name="label"><xsl:call-template name="text"/></xsl:with-param>
			</xsl:call-template>
		</li>
	</xsl:template>
</xsl:stylesheet>
