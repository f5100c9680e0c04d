<?xml version="1.0" encoding="UTF-8"?>
<!-- A page model as the answer of the SOAP operation Postopek (wsdl/vash-registration.xsd): elements only. Left out is what a program
     has no use for: who is logged in, and the headings of facts. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:p="urn:esodstvo:page:1"
	xmlns="urn:esodstvo:vash-registration:1" exclude-result-prefixes="p">
	<xsl:output method="xml" omit-xml-declaration="yes" encoding="UTF-8"/>
	<xsl:param name="end"/>
	<xsl:param name="record"/>

	<xsl:template match="/p:page">
		<PostopekResponse>
			<konec><xsl:value-of select="$end"/></konec>
			<xsl:if test="$record != ''"><zapis><xsl:value-of select="$record"/></zapis></xsl:if>
			<xsl:if test="@case">
				<zadeva><xsl:value-of select="@case"/></zadeva>
				<razlicica><xsl:value-of select="@version"/></razlicica>
			</xsl:if>
			<postopek><xsl:value-of select="@procedure"/></postopek>
			<korak><xsl:value-of select="@step"/></korak>
			<xsl:apply-templates select="p:title" mode="text"/>
			<xsl:apply-templates select="p:notice | p:text" mode="notice"/>
			<xsl:apply-templates select="p:facts/p:fact"/>
			<xsl:apply-templates select="p:list"/>
			<xsl:apply-templates select="p:choice"/>
			<xsl:apply-templates select="p:field"/>
			<xsl:apply-templates select="p:button"/>
			<!-- a PDF of a list and the file of a case are had in the web pages alone -->
			<xsl:for-each select="p:link[@to != 'pdf']">
				<povezava>
					<ime><xsl:value-of select="@to"/></ime>
					<xsl:apply-templates select="." mode="text"/>
				</povezava>
			</xsl:for-each>
		</PostopekResponse>
	</xsl:template>

	<xsl:template match="*" mode="text">
		<sl><xsl:value-of select="p:sl"/></sl>
		<en><xsl:value-of select="p:en"/></en>
	</xsl:template>

	<xsl:template match="*" mode="notice">
		<obvestilo><xsl:call-template name="sentence"/></obvestilo>
	</xsl:template>
	<xsl:template match="p:error">
		<napaka><xsl:call-template name="sentence"/></napaka>
	</xsl:template>
	<xsl:template name="sentence">
		<koda><xsl:value-of select="@code"/></koda>
		<vrsta>
			<xsl:choose>
				<xsl:when test="@kind"><xsl:value-of select="@kind"/></xsl:when>
				<xsl:otherwise>warning</xsl:otherwise>
			</xsl:choose>
		</vrsta>
		<xsl:apply-templates select="." mode="text"/>
	</xsl:template>

	<xsl:template match="p:fact | p:parameter">
		<podatek>
			<oznakaSl><xsl:value-of select="p:label/p:sl"/></oznakaSl>
			<oznakaEn><xsl:value-of select="p:label/p:en"/></oznakaEn>
			<sl><xsl:value-of select="p:value/p:sl"/></sl>
			<en><xsl:value-of select="p:value/p:en"/></en>
			<xsl:if test="starts-with(@to, 'application/')"><povezava><xsl:value-of select="@to"/></povezava></xsl:if>
		</podatek>
	</xsl:template>

	<xsl:template match="p:list">
		<seznam>
			<ime><xsl:value-of select="@name"/></ime>
			<xsl:apply-templates select="p:label" mode="text"/>
			<xsl:apply-templates select="p:parameter"/>
			<xsl:for-each select="p:record">
				<vrstica>
					<id><xsl:value-of select="@id"/></id>
					<xsl:if test="@mark"><oznaka><xsl:value-of select="@mark"/></oznaka></xsl:if>
					<xsl:apply-templates select="." mode="text"/>
					<xsl:apply-templates select="p:text" mode="notice"/>
					<xsl:apply-templates select="p:facts/p:fact"/>
					<xsl:apply-templates select="p:field"/>
					<xsl:apply-templates select="p:button"/>
				</vrstica>
			</xsl:for-each>
		</seznam>
	</xsl:template>

	<xsl:template match="p:choice">
		<izbira>
			<ime><xsl:value-of select="@name"/></ime>
			<vec><xsl:value-of select="@many"/></vec>
			<xsl:apply-templates select="p:label" mode="text"/>
			<xsl:apply-templates select="p:error"/>
			<xsl:for-each select="p:option">
				<moznost>
					<vrednost><xsl:value-of select="@value"/></vrednost>
					<izbrano><xsl:value-of select="@checked"/></izbrano>
					<xsl:apply-templates select="." mode="text"/>
				</moznost>
			</xsl:for-each>
		</izbira>
	</xsl:template>

	<xsl:template match="p:field">
		<polje>
			<ime><xsl:value-of select="@name"/></ime>
			<vrsta><xsl:value-of select="@type"/></vrsta>
			<obvezno><xsl:value-of select="@required"/></obvezno>
			<xsl:apply-templates select="p:label" mode="text"/>
			<xsl:for-each select="p:hint"><namig><xsl:apply-templates select="." mode="text"/></namig></xsl:for-each>
			<vrednost><xsl:value-of select="p:value"/></vrednost>
			<xsl:apply-templates select="p:error"/>
		</polje>
	</xsl:template>

	<xsl:template match="p:button">
		<gumb>
			<ime><xsl:value-of select="@name"/></ime>
			<xsl:apply-templates select="." mode="text"/>
		</gumb>
	</xsl:template>
</xsl:stylesheet>
